// What is searched for: the page's address, the server's question and the form say the same.

/** By the names of the parameters of GET /api/calls; durations are in seconds. */
export const FIELDS = [
  "q",
  "situation",
  "tone",
  "outcome",
  "topic",
  "agent",
  "customer",
  "language",
  "from",
  "to",
  "min_duration",
  "max_duration",
  "min_score",
  "max_score",
] as const;

export type Field = (typeof FIELDS)[number];

/** Only what is asked for has an entry. */
export type Search = { readonly [field in Field]?: string };

/** The search of an address's query; what is no field of a search is left out. */
export function searchOf(query: string): Search {
  const parameters = new URLSearchParams(query);
  const found = FIELDS.map((field) => [field, parameters.get(field)?.trim() ?? ""] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== ""));
}

/** The query of a search, with a question mark where it is not empty; always in the same order. */
export function queryOf(search: Search): string {
  const parameters = new URLSearchParams();
  for (const field of FIELDS) if (search[field]) parameters.set(field, search[field]);
  const query = parameters.toString();
  return query ? `?${query}` : "";
}

/** The search with a field changed; an empty value takes it away. */
export function withField(search: Search, field: Field, value: string): Search {
  return searchOf(queryOf({ ...search, [field]: value.trim() }));
}

export interface Piece {
  readonly text: string;
  readonly found: boolean;
}

/** The text in pieces, with the words of `wanted` found in any of their forms and spellings. */
export function pieces(text: string, wanted: string): readonly Piece[] {
  const asked = (wanted.match(WORD) ?? []).map(bare);
  const found: Piece[] = [];
  let done = 0;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (!asked.some((other) => isKin(bare(word), other))) continue;
    if (index > done) found.push({ text: text.slice(done, index), found: false });
    found.push({ text: word, found: true });
    done = index + word.length;
  }
  if (done < text.length) found.push({ text: text.slice(done), found: false });
  return found;
}

const WORD = /[\p{L}\p{N}]+/gu;
/** A stem's last consonant may soften before an ending, as in hesap, hesabım. */
const HARD: Readonly<Record<string, string>> = { b: "p", d: "t", g: "k" };
/** Letters in which the endings of two forms of a word may differ, and those that must not. */
const ENDING = 3;
const SHORTEST_STEM = 5;

/** A word as the server compares it, in small letters without marks; soft letters are hard. */
function bare(word: string): string {
  const plain = word.toLocaleLowerCase("tr").normalize("NFKD").replace(/\p{M}/gu, "");
  return plain.replaceAll("ı", "i").replace(/[bdg]/gu, (letter) => HARD[letter] ?? letter);
}

/** Whether a word begins with what was asked for, or both are forms of one. */
function isKin(word: string, asked: string): boolean {
  if (asked.length < 3) return word === asked;
  if (word.startsWith(asked)) return true;
  let same = 0;
  while (same < word.length && word[same] === asked[same]) same += 1;
  return same >= Math.max(SHORTEST_STEM, Math.min(word.length, asked.length) - ENDING);
}
