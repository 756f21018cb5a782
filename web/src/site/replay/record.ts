// A whole call on one time axis: pure functions of its final events.

import type { CallState, FaultLine, GapLine, SuggestionEntry } from "../../call/state.ts";
import { moments, whispers } from "../../call/marks.ts";
import type {
  Annotation,
  FinalEvent,
  Mechanics,
  Phase,
  Situation,
  Tone,
  Utterance,
} from "../../events.ts";
import { SAMPLE_RATE } from "../../events.ts";

/** What a call said, by kind, each in the order of the call. */
export interface CallRecord {
  /** Seconds that are known. */
  readonly duration: number;
  readonly tones: readonly Tone[];
  readonly spoken: readonly Utterance[];
  /** Situations by the `seq` of the utterance that shows them. */
  readonly situations: ReadonlyMap<number, readonly Situation[]>;
  readonly mechanics: readonly Mechanics[];
  readonly phases: readonly Phase[];
}

export function recordOf(events: readonly FinalEvent[]): CallRecord {
  const tones: Tone[] = [];
  const spoken: Utterance[] = [];
  const situations = new Map<number, Situation[]>();
  const mechanics: Mechanics[] = [];
  const phases: Phase[] = [];
  let duration = 0;
  for (const event of events) {
    duration = Math.max(duration, event.position / SAMPLE_RATE);
    if (event.type === "tone") tones.push(event);
    else if (event.type === "mechanics") mechanics.push(event);
    else if (event.type === "phase") phases.push(event);
    else if (event.type === "call_ended") duration = Math.max(duration, event.duration);
    else if (event.type === "utterance" && event.text.trim()) spoken.push(event);
    else if (event.type === "situation") {
      const said = spoken.findLast(({ channel }) => channel === event.channel);
      if (said) situations.set(said.seq, [...(situations.get(said.seq) ?? []), event]);
    }
  }
  return { duration, tones, spoken, situations, mechanics, phases };
}

export type Entry =
  | { readonly kind: "spoken"; readonly at: number; readonly said: Utterance; readonly tags: readonly Situation[] }
  | { readonly kind: "suggestion"; readonly at: number; readonly entry: SuggestionEntry }
  | { readonly kind: "phase"; readonly at: number; readonly phase: Phase }
  | { readonly kind: "trouble"; readonly at: number; readonly line: GapLine | FaultLine }
  | { readonly kind: "moment" | "whisper"; readonly at: number; readonly mark: Annotation };

const NO_TAGS: readonly Situation[] = [];

/** Everything that belongs between the words, in the order of the call. */
export function script(record: CallRecord, state: CallState): readonly Entry[] {
  const entries: Entry[] = [];
  for (const phase of record.phases) {
    entries.push({ kind: "phase", at: phase.position / SAMPLE_RATE, phase });
  }
  for (const said of record.spoken) {
    const tags = record.situations.get(said.seq) ?? NO_TAGS;
    entries.push({ kind: "spoken", at: said.start, said, tags });
  }
  for (const entry of state.suggestions) {
    entries.push({ kind: "suggestion", at: entry.suggestion.position / SAMPLE_RATE, entry });
  }
  for (const line of state.lines) {
    if (line.kind !== "utterance") entries.push({ kind: "trouble", at: line.start, line });
  }
  for (const mark of moments(state.marks)) entries.push({ kind: "moment", at: mark.start, mark });
  for (const mark of whispers(state.marks)) entries.push({ kind: "whisper", at: mark.start, mark });
  return entries.sort((one, other) => one.at - other.at);
}

/** The last of `list` that began by second `time`; `begin` of the list must rise. */
export function latest<T>(list: readonly T[], time: number, begin: (item: T) => number): T | null {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (begin(list[middle] as T) <= time) low = middle + 1;
    else high = middle;
  }
  return list[low - 1] ?? null;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where nobody says anything for longer than `least` seconds. */
export function pauses({ duration, spoken }: CallRecord, least: number): readonly Span[] {
  const found: Span[] = [];
  let silent = 0;
  for (const { end, start } of [...spoken].sort((one, other) => one.start - other.start)) {
    if (start - silent > least) found.push({ start: silent, end: start });
    silent = Math.max(silent, end);
  }
  if (duration - silent > least) found.push({ start: silent, end: duration });
  return found;
}

/** Loudness of the recording: `peaks` 0…1 of each channel, `per_second` of them. */
export interface Peaks {
  readonly per_second: number;
  readonly duration: number;
  readonly channels: readonly { readonly role: string; readonly peaks: readonly number[] }[];
}

/** The loudest peak in each of `count` equal parts of `duration` seconds. */
export function loudest(
  peaks: readonly number[],
  perSecond: number,
  duration: number,
  count: number,
): readonly number[] {
  return Array.from({ length: count }, (_, part) => {
    const from = Math.floor((part / count) * duration * perSecond);
    const to = Math.max(from + 1, Math.floor(((part + 1) / count) * duration * perSecond));
    return peaks.slice(from, to).reduce((most, peak) => Math.max(most, peak), 0);
  });
}

/** The second in a page's `#t=73.2`; null where there is none. */
export function secondOf(hash: string): number | null {
  const text = new URLSearchParams(hash.replace(/^#/, "")).get("t");
  const second = text === null || text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(second) && second >= 0 ? second : null;
}
