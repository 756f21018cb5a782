// What the page knows of a call: a pure function of the messages, in their order.
//
// `at` is the arrival time of a message in milliseconds of any steady clock; it serves the
// running time and the ageing of the tone, nothing else.

import type {
  Annotation,
  CallEnded,
  CallPhase,
  CallStarted,
  ChecklistItem,
  Degraded,
  EarlierCall,
  Feedback,
  Hello,
  Mechanics,
  Note,
  Partial,
  Promise as PromiseMade,
  Rewording,
  Role,
  ServerMessage,
  Suggestion,
  SuggestionWithdrawn,
  SummaryWritten,
  Tone,
  ToneLabel,
  Utterance,
} from "../events.ts";
import { SAMPLE_RATE, VERSION } from "../events.ts";
import { snoozedUntil, withMark, type Marks } from "./marks.ts";

/** Seconds of the call that the course of the tone looks back. */
export const COURSE_SECONDS = 120;
/** Seconds without a new tone after which the last one counts as old. */
export const STALE_SECONDS = 5;
/** Seconds without any event of a running call, which sends one every two, that are worth a word. */
export const NO_SOUND_SECONDS = 8;
/** Seconds that a tone has to last before it is worth saying aloud. */
const STEADY_SECONDS = 3;
/** Seconds that a gap or a fault stays on top of the page; the transcript keeps it. */
export const NOTICE_SECONDS = 20;
/** Seconds after which words without their final are given up. */
const PARTIAL_SECONDS = 12;
/** Estimated share of right words below which a turn is marked as hard to understand. */
export const DOUBTFUL = 0.5;

export interface SpokenLine {
  readonly kind: "utterance";
  readonly seq: number;
  readonly channel: Role;
  readonly start: number;
  readonly text: string;
  readonly language: string;
  readonly doubtful: boolean;
}

export interface GapLine {
  readonly kind: "gap";
  readonly seq: number;
  readonly start: number;
  readonly length: number;
  readonly reason: string;
  readonly channel: string;
}

export interface FaultLine {
  readonly kind: "fault";
  readonly seq: number;
  readonly start: number;
  readonly part: string;
  readonly text: string;
}

export type Line = SpokenLine | GapLine | FaultLine;

export interface CoursePoint {
  readonly end: number;
  readonly label: ToneLabel;
  readonly valence: number;
}

export type SuggestionFate = "open" | "used" | "dismissed" | "said" | "expired" | "replaced";

export interface SuggestionEntry {
  readonly suggestion: Suggestion;
  readonly fate: SuggestionFate;
}

export interface CallState {
  readonly callId: string | null;
  readonly running: boolean;
  readonly agent: string;
  readonly customer: string;
  readonly language: string;
  /** The server speaks a newer version of the events than this page. */
  readonly outdated: boolean;
  readonly channels: readonly Role[];
  /** Samples at 16 kHz up to which the call is known. */
  readonly position: number;
  /** Seconds of the call minus seconds of the steady clock, the largest seen; null before the first event. */
  readonly clockOffset: number | null;
  /** When the last event came, in milliseconds of the steady clock. */
  readonly heardAt: number | null;
  /** When the call began, ISO 8601; empty where it is not known. */
  readonly startedAt: string;
  /** The customer's calls before this one, newest first. */
  readonly earlier: readonly EarlierCall[];
  readonly lines: readonly Line[];
  readonly partials: OpenWords;
  /** Second up to which each channel's words are final. */
  readonly finalUntil: { readonly [channel in Role]?: number };
  readonly tone: Tone | null;
  /** The last tone that was clear and lasted. */
  readonly steadyTone: ToneLabel | null;
  readonly course: readonly CoursePoint[];
  readonly suggestions: readonly SuggestionEntry[];
  /** A language model's words for a suggestion, by its id. */
  readonly rewordings: Readonly<Record<string, Rewording>>;
  /** What the agent did, by suggestion; it may be known before the suggestion itself. */
  readonly feedback: Readonly<Record<string, Feedback["action"]>>;
  /** What people marked, beside what the call itself said. */
  readonly marks: Marks;
  readonly mechanics: Mechanics | null;
  /** Where the conversation stands; null until it is known. */
  readonly stage: CallPhase | null;
  readonly checklist: readonly ChecklistItem[];
  readonly promises: readonly PromiseMade[];
  readonly notes: readonly Note[];
  readonly degraded: readonly string[];
  readonly ended: Ending | null;
  /** A language model's summary; it comes after the end, if at all. */
  readonly written: SummaryWritten | null;
}

/** How the call ended; what is not known is empty. */
export type Ending = Pick<CallEnded, "reason" | "duration" | "outcome" | "topic" | "summary">;

/** The words of turns that are still open, by channel. */
export type OpenWords = { readonly [channel in Role]?: Partial };

export const NO_CALL: CallState = {
  callId: null,
  running: false,
  agent: "",
  customer: "",
  language: "",
  outdated: false,
  channels: [],
  position: 0,
  clockOffset: null,
  heardAt: null,
  startedAt: "",
  earlier: [],
  lines: [],
  partials: {},
  finalUntil: {},
  tone: null,
  steadyTone: null,
  course: [],
  suggestions: [],
  rewordings: {},
  feedback: {},
  marks: {},
  mechanics: null,
  stage: null,
  checklist: [],
  promises: [],
  notes: [],
  degraded: [],
  ended: null,
  written: null,
};

/** The state after `message`; unknown kinds of messages change nothing. */
export function reduce(state: CallState, message: ServerMessage, at: number): CallState {
  if (message.type === "hello") return hello(state, message);
  if (message.call_id !== state.callId) return state;
  if (message.type === "feedback") return feedback(state, message);
  if (message.type === "annotation") return marked(state, message);
  return reduceEvent(advance(state, message.position, at), message);
}

function reduceEvent(
  state: CallState,
  event: Exclude<ServerMessage, Hello | Feedback | Annotation>,
): CallState {
  switch (event.type) {
    case "call_started":
      return started(state, event);
    case "utterance":
      return utterance(state, event);
    case "partial":
      return partial(state, event);
    case "tone":
      return tone(state, event);
    case "mechanics":
      return { ...state, mechanics: event };
    case "suggestion":
      return suggestion(state, event);
    case "suggestion_withdrawn":
      return withdrawn(state, event);
    case "rewording":
      return { ...state, rewordings: { ...state.rewordings, [event.id]: event } };
    case "phase":
      return { ...state, stage: event.phase };
    case "checklist":
      return { ...state, checklist: event.items };
    case "promise":
      return { ...state, promises: [...state.promises, event] };
    case "note":
      return { ...state, notes: [...state.notes, event] };
    case "gap":
    case "fault":
      return { ...state, lines: [...state.lines, mark(event)] };
    case "degraded":
      return degraded(state, event);
    case "call_ended":
      return ended(state, event);
    case "summary_written":
      return { ...state, written: event };
    default:
      return state; // an event of a newer server
  }
}

function hello(state: CallState, message: Hello): CallState {
  const base = message.call_id === state.callId ? state : NO_CALL;
  const next: CallState = {
    ...base,
    callId: message.call_id,
    running: message.running && base.ended === null,
    agent: message.agent || base.agent,
    customer: message.customer || base.customer,
    language: spoken(message.language) || base.language,
    startedAt: message.started_at ?? base.startedAt,
    marks: (message.annotations ?? []).reduce(withMark, base.marks),
    earlier: message.earlier ?? [],
  };
  return Object.entries(message.feedback).reduce(
    (seen, [id, action]) => settle(seen, id, action === "used" ? action : "dismissed"),
    next,
  );
}

function feedback(state: CallState, message: Feedback): CallState {
  return settle(state, message.suggestion, message.action);
}

function marked(state: CallState, mark: Annotation): CallState {
  return { ...state, marks: withMark(state.marks, mark) };
}

function started(state: CallState, event: CallStarted): CallState {
  return {
    ...state,
    outdated: event.version > VERSION,
    channels: event.channels,
    language: spoken(event.language) || state.language,
    agent: event.agent || state.agent,
    customer: event.customer || state.customer,
  };
}

/** A language by its code; none while the server is still to find it. */
function spoken(language: string): string {
  return language === "auto" ? "" : language;
}

function advance(state: CallState, position: number, at: number): CallState {
  const offset = position / SAMPLE_RATE - at / 1000;
  return {
    ...state,
    position: Math.max(state.position, position),
    heardAt: at,
    clockOffset: state.clockOffset === null ? offset : Math.max(state.clockOffset, offset),
    partials: fresh(state.partials, position),
  };
}

function fresh(partials: OpenWords, position: number): OpenWords {
  const kept = Object.entries(partials).filter(
    ([, partial]) => position - partial.position <= PARTIAL_SECONDS * SAMPLE_RATE,
  );
  return kept.length === Object.keys(partials).length ? partials : Object.fromEntries(kept);
}

function partial(state: CallState, event: Partial): CallState {
  const known = state.finalUntil[event.channel] ?? 0;
  if (event.start < known) return state; // overtaken by its final on the way
  return { ...state, partials: { ...state.partials, [event.channel]: event } };
}

function utterance(state: CallState, event: Utterance): CallState {
  const partial = state.partials[event.channel];
  const partials = { ...state.partials };
  // The partial of a later turn may be there before the final of an earlier one.
  if (partial && partial.start < event.end) delete partials[event.channel];
  const finalUntil = { ...state.finalUntil, [event.channel]: event.end };
  const language = state.language || event.language;
  const known = { ...state, partials, finalUntil, language };
  if (!event.text.trim()) return known;
  const line: SpokenLine = {
    kind: "utterance",
    seq: event.seq,
    channel: event.channel,
    start: event.start,
    text: event.text,
    language: event.language,
    doubtful: event.confidence < DOUBTFUL,
  };
  return { ...known, lines: [...state.lines, line] };
}

/** What the tones of calls that were stored long ago don't have. */
const TONE_ALONE = { voice: "unsure", words: null, quotes: [], since: 0, recovery: "" } as const;

function tone(state: CallState, event: Tone): CallState {
  const point = { end: event.end, label: event.label, valence: event.valence };
  const course = [...state.course, point].filter((p) => event.end - p.end <= COURSE_SECONDS);
  const tone: Tone = { ...TONE_ALONE, ...event };
  const steady = tone.label !== "unsure" && tone.end - tone.since >= STEADY_SECONDS;
  return { ...state, tone, steadyTone: steady ? tone.label : state.steadyTone, course };
}

function mark(event: Extract<ServerMessage, { type: "gap" | "fault" }>): GapLine | FaultLine {
  if (event.type === "gap") {
    const { seq, start, length, reason, channel } = event;
    return { kind: "gap", seq, start, length, reason, channel };
  }
  return {
    kind: "fault",
    seq: event.seq,
    start: event.position / SAMPLE_RATE,
    part: event.part,
    text: event.text,
  };
}

function degraded(state: CallState, event: Degraded): CallState {
  const others = state.degraded.filter((what) => what !== event.what);
  return { ...state, degraded: event.active ? [...others, event.what] : others };
}

const ENDING_ALONE = { outcome: "", topic: "", summary: "" } as const;

function ended(state: CallState, event: CallEnded): CallState {
  return {
    ...state,
    running: false,
    partials: {},
    degraded: [],
    ended: { ...ENDING_ALONE, ...event },
  };
}

function suggestion(state: CallState, event: Suggestion): CallState {
  const entry: SuggestionEntry = { suggestion: event, fate: state.feedback[event.id] ?? "open" };
  return { ...state, suggestions: [...state.suggestions, entry] };
}

const FATES = ["said", "replaced", "used", "dismissed"] as const satisfies readonly SuggestionFate[];

function withdrawn(state: CallState, event: SuggestionWithdrawn): CallState {
  const fate: SuggestionFate = FATES.find((known) => known === event.reason) ?? "expired";
  const suggestions = state.suggestions.map((entry) =>
    entry.suggestion.id === event.id && entry.fate === "open" ? { ...entry, fate } : entry,
  );
  return { ...state, suggestions };
}

/** The agent's own word on a suggestion stands above what the server made of it. */
function settle(state: CallState, id: string, action: Feedback["action"]): CallState {
  const suggestions = state.suggestions.map((entry) =>
    entry.suggestion.id === id ? { ...entry, fate: action } : entry,
  );
  return { ...state, suggestions, feedback: { ...state.feedback, [id]: action } };
}

// What the page shows, read from the state

export type Phase = "waiting" | "live" | "ended";

export function phase(state: CallState): Phase {
  if (state.callId === null) return "waiting";
  return state.running && state.ended === null ? "live" : "ended";
}

/** The newest suggestion whose moment has not passed, unless the agent wants none at second `time`. */
export function currentSuggestion(
  state: CallState,
  time = state.position / SAMPLE_RATE,
): Suggestion | null {
  if (phase(state) !== "live" || time < snoozedUntil(state.marks)) return null;
  const entry = state.suggestions.findLast(
    ({ fate, suggestion }) => fate === "open" && state.position <= suggestion.expires,
  );
  return entry?.suggestion ?? null;
}

/** Seconds since the call began, at `now` of the steady clock. */
export function elapsed(state: CallState, now: number): number {
  if (state.ended) return state.ended.duration;
  const known = state.position / SAMPLE_RATE;
  if (!state.running || state.clockOffset === null) return known;
  return Math.max(known, now / 1000 + state.clockOffset);
}

/** Whether the last tone is too old to be called the present one. */
export function toneIsStale(state: CallState, now: number): boolean {
  if (!state.tone) return false;
  return elapsed(state, now) - state.tone.end > STALE_SECONDS;
}

/** Seconds for which nothing has come from a running call; 0 while that is nothing unusual. */
export function secondsWithoutSound(state: CallState, now: number): number {
  if (phase(state) !== "live" || state.heardAt === null) return 0;
  const silent = (now - state.heardAt) / 1000;
  return silent >= NO_SOUND_SECONDS ? Math.floor(silent) : 0;
}

/** What the voice alone and the words alone say; null where neither says anything. */
export function toneApart(tone: Tone): Pick<Tone, "voice" | "words" | "quotes"> | null {
  return tone.voice === "unsure" && tone.words === null ? null : tone;
}

const UPSET: ReadonlySet<string | null> = new Set(["angry", "sad"]);

/** Whether the words are upset and the state is not, or the other way round. */
export function wordsObject({ label, words }: Tone): boolean {
  if (words === null) return false;
  return label === "unsure" || UPSET.has(words) !== UPSET.has(label);
}

const TONELESS = new Set(["no_consent", "mixed_channel", "roles_unsure", "no_caller", "tone_off"]);

/** The note that says why this call has no tone, if it has none. */
export function tonelessNote(state: CallState): Note | null {
  return state.notes.find((note) => TONELESS.has(note.code)) ?? null;
}

/** The notes that have no place of their own on the page. */
export function otherNotes(state: CallState): readonly Note[] {
  return state.notes.filter((note) => !TONELESS.has(note.code));
}

/** Gaps and faults of the last seconds, newest first. */
export function recentTrouble(state: CallState): readonly (GapLine | FaultLine)[] {
  const since = state.position / SAMPLE_RATE - NOTICE_SECONDS;
  const trouble: (GapLine | FaultLine)[] = [];
  for (let index = state.lines.length - 1; index >= 0; index -= 1) {
    const line = state.lines[index];
    if (!line || line.start < since - NOTICE_SECONDS) break;
    if (line.kind !== "utterance" && line.start >= since) trouble.push(line);
  }
  return trouble;
}
