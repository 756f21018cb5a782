// Written by `python -m assist.server.typescript`; do not edit.

export const VERSION = 1;
export const SAMPLE_RATE = 16000;

/** First message of an event stream, and again when `latest` moves on to another call. */
export interface Hello {
  readonly type: "hello";
  readonly call_id: string | null;
  readonly running: boolean;
  readonly started_at: string | null;
  readonly agent: string;
  readonly customer: string;
  readonly language: string;
  readonly feedback: Readonly<Record<string, string>>;
}

/** What the agent did with a suggestion; sent by a page and told to all pages of the call. */
export interface Feedback {
  readonly type: "feedback";
  readonly call_id: string;
  readonly suggestion: string;
  readonly action: "dismissed" | "used";
}

/** Who is heard on a channel; `MIXED` is both parties on one channel. */
export type Role = "agent" | "caller" | "mixed";

/** The call began. `models` maps a model's part to its name and version or hash. */
export interface CallStarted {
  readonly type: "call_started";
  readonly call_id: string;
  readonly seq: number;
  readonly position: number;
  readonly version: number;
  readonly channels: readonly Role[];
  readonly language: string;
  readonly agent: string;
  readonly customer: string;
  readonly models: Readonly<Record<string, string>>;
  readonly playbook: string;
}

/** Something the user should know about the call: a stable `code` and one sentence. */
export interface Note {
  readonly type: "note";
  readonly code: string;
  readonly text: string;
  readonly call_id: string;
  readonly seq: number;
  readonly position: number;
}

/** One recognised word: `start` and `end` in seconds of the call, `confidence` 0…1. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly confidence: number;
}

/** A finished turn. `confidence` (0…1) estimates the share of words that are right. */
export interface Utterance {
  readonly type: "utterance";
  readonly channel: Role;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly language: string;
  readonly confidence: number;
  readonly words: readonly Word[];
  readonly call_id: string;
  readonly seq: number;
  readonly position: number;
}

/** What the caller's voice says; `UNSURE` is an answer, not an error. */
export type ToneLabel = "angry" | "happy" | "sad" | "neutral" | "unsure";

/** What a suggestion came from: `kind` is "words", "tone" or "mechanics". */
export interface Evidence {
  readonly kind: string;
  readonly text: string;
  readonly start: number;
  readonly channel: string;
}

/** The caller's tone over `start`…`end` seconds, of a window of speech or of an utterance. */
export interface Tone {
  readonly type: "tone";
  readonly start: number;
  readonly end: number;
  readonly label: ToneLabel;
  readonly probabilities: Readonly<Record<string, number>>;
  readonly valence: number;
  readonly arousal: number;
  readonly confidence: number;
  readonly trend: number;
  readonly reasons: readonly string[];
  readonly voice: ToneLabel;
  readonly words: ToneLabel | null;
  readonly quotes: readonly Evidence[];
  readonly since: number;
  readonly recovery: string;
  readonly call_id: string;
  readonly seq: number;
  readonly position: number;
}

/** Conversation mechanics so far; shares are 0…1, lengths in seconds. */
export interface Mechanics {
  readonly type: "mechanics";
  readonly talk_ratio: number;
  readonly pace: Readonly<Record<string, number>>;
  readonly overtalk: Readonly<Record<string, number>>;
  readonly dead_air: number;
  readonly dead_air_total: number;
  readonly monologue: number;
  readonly monologue_channel: string;
  readonly pace_ratio: Readonly<Record<string, number>>;
  readonly call_id: string;
  readonly seq: number;
  readonly position: number;
}

/** One thing to say now. `id` is unique in the call; `why` is one sentence. */
export interface Suggestion {
  readonly type: "suggestion";
  readonly id: string;
  readonly situation: string;
  readonly say: string;
  readonly why: string;
  readonly because: readonly Evidence[];
  readonly language: string;
  readonly expires: number;
  readonly alternatives: readonly string[];
  readonly kind: string;
  readonly original: string;
  readonly rule: string;
  readonly call_id: string;
  readonly seq: number;
  readonly position: number;
}

/** A suggestion is no longer wanted: `reason` is "said", "expired" or "replaced". */
export interface SuggestionWithdrawn {
  readonly type: "suggestion_withdrawn";
  readonly id: string;
  readonly reason: string;
  readonly call_id: string;
  readonly seq: number;
  readonly position: number;
}

/** The suggestion `id` in other words: `say`, as the language model `model` put it. */
export interface Rewording {
  readonly type: "rewording";
  readonly id: string;
  readonly say: string;
  readonly model: string;
  readonly call_id: string;
  readonly seq: number;
  readonly position: number;
}

/** Where a conversation stands. */
export type CallPhase = "opening" | "discovery" | "solution" | "closing";

/** The conversation entered a phase. */
export interface Phase {
  readonly type: "phase";
  readonly call_id: string;
  readonly seq: number;
  readonly position: number;
  readonly phase: CallPhase;
}

/** Something that belongs in a call; once `done`, `quote` began at `start` seconds. */
export interface ChecklistItem {
  readonly id: string;
  readonly text: string;
  readonly done: boolean;
  readonly start: number;
  readonly quote: string;
}

/** What belongs in the call and what of it has been done: all items, in order. */
export interface Checklist {
  readonly type: "checklist";
  readonly call_id: string;
  readonly seq: number;
  readonly position: number;
  readonly items: readonly ChecklistItem[];
}

/** When something is due, as said and in parts to be counted from the moment of saying. */
export interface Due {
  readonly text: string;
  readonly minutes: number | null;
  readonly days: number | null;
  readonly working: boolean;
  readonly weeks: number | null;
  readonly months: number | null;
  readonly weekday: number | null;
  readonly date: string;
  readonly clock: string;
  readonly part: string;
  readonly end_of: string;
}

/** The agent promised something: `quote` began at `start` seconds; `id` is unique in the call. */
export interface Promise {
  readonly type: "promise";
  readonly call_id: string;
  readonly seq: number;
  readonly position: number;
  readonly id: string;
  readonly kind: string;
  readonly quote: string;
  readonly start: number;
  readonly due: Due | null;
}

/** Audio that never reached the models: `start` and `length` in seconds. */
export interface Gap {
  readonly type: "gap";
  readonly start: number;
  readonly length: number;
  readonly reason: string;
  readonly channel: string;
  readonly call_id: string;
  readonly seq: number;
  readonly position: number;
}

/** The server is behind: `what` gave way ("partials"), and no more when not `active`. */
export interface Degraded {
  readonly type: "degraded";
  readonly what: string;
  readonly active: boolean;
  readonly call_id: string;
  readonly seq: number;
  readonly position: number;
}

/** A part failed and was replaced: `part` and one sentence in `text`. */
export interface Fault {
  readonly type: "fault";
  readonly part: string;
  readonly text: string;
  readonly call_id: string;
  readonly seq: number;
  readonly position: number;
}

/** The call ended. */
export interface CallEnded {
  readonly type: "call_ended";
  readonly reason: string;
  readonly duration: number;
  readonly outcome: string;
  readonly topic: string;
  readonly summary: string;
  readonly call_id: string;
  readonly seq: number;
  readonly position: number;
}

/** The call in a few sentences, written by the language model `model` and marked as such. */
export interface SummaryWritten {
  readonly type: "summary_written";
  readonly text: string;
  readonly model: string;
  readonly call_id: string;
  readonly seq: number;
  readonly position: number;
}

/** Words while the person still speaks: `stable` will not change, `pending` may. */
export interface Partial {
  readonly type: "partial";
  readonly channel: Role;
  readonly start: number;
  readonly stable: string;
  readonly pending: string;
  readonly call_id: string;
  readonly seq: number;
  readonly position: number;
}

/** One row of the list of calls; `duration` in seconds. */
export interface CallSummary {
  readonly call_id: string;
  readonly agent: string;
  readonly customer: string;
  readonly language: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly running: boolean;
  readonly duration: number;
}

/** A call that ships with the project and can be played into the server. */
export interface SampleInfo {
  readonly name: string;
  readonly language: string;
  readonly title: string;
}

export type FinalEvent =
  | CallStarted
  | Note
  | Utterance
  | Tone
  | Mechanics
  | Suggestion
  | SuggestionWithdrawn
  | Rewording
  | Phase
  | Checklist
  | Promise
  | Gap
  | Degraded
  | Fault
  | CallEnded
  | SummaryWritten;

export type AnyEvent =
  | CallStarted
  | Note
  | Utterance
  | Tone
  | Mechanics
  | Suggestion
  | SuggestionWithdrawn
  | Rewording
  | Phase
  | Checklist
  | Promise
  | Gap
  | Degraded
  | Fault
  | CallEnded
  | SummaryWritten
  | Partial;

export type ServerMessage =
  | Hello
  | Feedback
  | CallStarted
  | Note
  | Utterance
  | Tone
  | Mechanics
  | Suggestion
  | SuggestionWithdrawn
  | Rewording
  | Phase
  | Checklist
  | Promise
  | Gap
  | Degraded
  | Fault
  | CallEnded
  | SummaryWritten
  | Partial;
