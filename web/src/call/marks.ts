// What people marked on a call: nothing is changed, of each kind and subject the latest counts.

import type { Annotation } from "../events.ts";

/** The annotations that count, by kind and subject. */
export type Marks = Readonly<Record<string, Annotation>>;

export type MarkKind = Annotation["kind"];

/** What a new annotation says; where a field is left out there is nothing to say. */
export type MarkFields = Partial<Pick<Annotation, "about" | "start" | "value" | "text">>;

/** An annotation as the server wants it: `author` and `made_at` are its own to fill in. */
export function newMark(callId: string, kind: MarkKind, fields: MarkFields): Annotation {
  const id = randomId();
  const about = fields.about ?? (kind === "moment" || kind === "whisper" ? id : "");
  const { start = 0, text = "", value = "" } = fields;
  return { type: "annotation", call_id: callId, id, kind, about, start, value, text, author: "", made_at: "" };
}

/** `crypto.randomUUID` is only there where the page came by https. */
function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function markKey({ kind, about }: Pick<Annotation, "kind" | "about">): string {
  return `${kind} ${about}`;
}

export function withMark(marks: Marks, mark: Annotation): Marks {
  return { ...marks, [markKey(mark)]: mark };
}

export function markOf(marks: Marks, kind: MarkKind, about = ""): Annotation | null {
  return marks[markKey({ kind, about })] ?? null;
}

/** The value of the mark that counts, or `otherwise`. */
export function valueOf(marks: Marks, kind: MarkKind, about: string, otherwise: string): string {
  return markOf(marks, kind, about)?.value ?? otherwise;
}

/** The moments that were marked, in the order of the call. */
export function moments(marks: Marks): readonly Annotation[] {
  const known = found.get(marks);
  if (known) return known;
  const set = Object.values(marks)
    .filter(({ kind, value }) => kind === "moment" && value === "set")
    .sort((one, other) => one.start - other.start);
  found.set(marks, set);
  return set;
}

/** The same array for the same marks: whoever draws it sees that nothing changed. */
const found = new WeakMap<Marks, readonly Annotation[]>();

/** The flag for a supervisor, while it is up. */
export function raisedFlag(marks: Marks): Annotation | null {
  const flag = markOf(marks, "flag");
  return flag?.value === "raised" ? flag : null;
}

/** What supervisors have said to the agent, the oldest first; its value is `sent` or `seen`. */
export function whispers(marks: Marks): readonly Annotation[] {
  return Object.values(marks)
    .filter(({ kind }) => kind === "whisper")
    .sort((one, other) => one.start - other.start);
}

/** Those of them that the agent has not read. */
export function unread(marks: Marks): readonly Annotation[] {
  return whispers(marks).filter(({ value }) => value === "sent");
}

/** The second of the call until which no suggestion is wanted. */
export function snoozedUntil(marks: Marks): number {
  const snooze = markOf(marks, "snooze");
  return snooze ? snooze.start + 60 * Number(snooze.value) : 0;
}
