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

/** The text in pieces, with the words of `wanted` found in any of their inflected forms. */
export function pieces(text: string, wanted: string, language: string): readonly Piece[] {
  const fold = (word: string): string => word.toLocaleLowerCase(language || "en");
  const stems = (wanted.match(WORD) ?? []).map(fold).map(stem);
  const found: Piece[] = [];
  let done = 0;
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (!stems.some((start) => fold(word).startsWith(start))) continue;
    if (index > done) found.push({ text: text.slice(done, index), found: false });
    found.push({ text: word, found: true });
    done = index + word.length;
  }
  if (done < text.length) found.push({ text: text.slice(done), found: false });
  return found;
}

const WORD = /[\p{L}\p{N}]+/gu;

/** A last consonant may soften before an ending, as in kitap, kitabı. */
function stem(word: string): string {
  return word.length >= 5 && /[pçtk]$/u.test(word) ? word.slice(0, -1) : word;
}
