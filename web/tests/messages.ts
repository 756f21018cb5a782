// Messages as the server writes them. The casts let events gain fields that no test here needs.

import type {
  AnyEvent,
  CallEnded,
  CallPhase,
  Feedback,
  FinalEvent,
  Hello,
  Partial as PartialEvent,
  Role,
  Suggestion,
  Tone,
  ToneLabel,
  Utterance,
} from "../src/events.ts";
import { SAMPLE_RATE } from "../src/events.ts";

export const CALL = "call-1";

export function hello(changes: Partial<Hello> = {}): Hello {
  return {
    type: "hello",
    call_id: CALL,
    running: true,
    started_at: "2026-01-05T09:00:00Z",
    agent: "Elif",
    customer: "Deniz",
    language: "tr",
    feedback: {},
    annotations: [],
    earlier: [],
    ...changes,
  } as Hello;
}

const base = (seq: number, seconds: number) => ({
  call_id: CALL,
  seq,
  position: Math.round(seconds * SAMPLE_RATE),
});

export function started(seq = 1, channels: readonly Role[] = ["agent", "caller"]): FinalEvent {
  return {
    type: "call_started",
    ...base(seq, 0),
    version: 1,
    channels,
    language: "tr",
    agent: "",
    customer: "",
    models: {},
    playbook: "",
  } as FinalEvent;
}

export function utterance(
  seq: number,
  channel: Role,
  start: number,
  end: number,
  text: string,
  changes: Partial<Utterance> = {},
): Utterance {
  return {
    type: "utterance",
    ...base(seq, end),
    channel,
    start,
    end,
    text,
    language: "tr",
    confidence: 0.9,
    words: [],
    ...changes,
  } as Utterance;
}

export function partial(seq: number, channel: Role, start: number, at: number): PartialEvent {
  return { type: "partial", ...base(seq, at), channel, start, stable: "bir", pending: "iki" } as PartialEvent;
}

export function tone(
  seq: number,
  end: number,
  label: ToneLabel = "angry",
  changes: Partial<Tone> = {},
): Tone {
  return {
    type: "tone",
    ...base(seq, end),
    start: end - 2,
    end,
    label,
    probabilities: { angry: 0.7, happy: 0.1, sad: 0.1, neutral: 0.1 },
    valence: -0.5,
    arousal: 0.5,
    confidence: 0.7,
    trend: 0,
    reasons: ["ses yükseldi"],
    voice: "unsure",
    words: null,
    quotes: [],
    since: 0,
    recovery: "",
    ...changes,
  };
}

/** An event as servers wrote it before they knew some of its fields. */
export function without<E extends FinalEvent>(event: E, ...fields: readonly (keyof E)[]): E {
  const kept = Object.entries(event).filter(([name]) => !fields.includes(name as keyof E));
  return Object.fromEntries(kept) as unknown as E;
}

export function stage(seq: number, at: number, phase: CallPhase): FinalEvent {
  return { type: "phase", ...base(seq, at), phase };
}

export function checklist(seq: number, at: number, ...done: readonly boolean[]): FinalEvent {
  const items = done.map((ticked, number) => ({
    id: `i${number}`,
    text: `adım ${number}`,
    done: ticked,
    start: at,
    quote: ticked ? "söz" : "",
  }));
  return { type: "checklist", ...base(seq, at), items };
}

export function promise(seq: number, at: number, id: string): FinalEvent {
  return { type: "promise", ...base(seq, at), id, kind: "promise", quote: "ararım", start: at, due: null };
}

export function suggestion(seq: number, id: string, at: number, until: number): Suggestion {
  return {
    type: "suggestion",
    ...base(seq, at),
    id,
    situation: "anger",
    say: `söz ${id}`,
    why: "çünkü",
    because: [],
    language: "tr",
    expires: until * SAMPLE_RATE,
    alternatives: ["başka"],
    kind: "say",
    original: "",
    rule: "",
  } as Suggestion;
}

export function withdrawn(seq: number, id: string, at: number, reason: string): FinalEvent {
  return { type: "suggestion_withdrawn", ...base(seq, at), id, reason } as FinalEvent;
}

export function gap(seq: number, start: number, length: number, channel = "caller"): FinalEvent {
  return { type: "gap", ...base(seq, start + length), start, length, reason: "overload", channel } as FinalEvent;
}

export function degraded(seq: number, at: number, what: string, active: boolean): FinalEvent {
  return { type: "degraded", ...base(seq, at), what, active } as FinalEvent;
}

export function note(seq: number, code: string): FinalEvent {
  return { type: "note", ...base(seq, 0), code, text: "a note" } as FinalEvent;
}

export function fault(seq: number, at: number): FinalEvent {
  return { type: "fault", ...base(seq, at), part: "worker", text: "replaced" } as FinalEvent;
}

export function ended(
  seq: number,
  duration: number,
  changes: Partial<CallEnded> = {},
): CallEnded {
  const unknown = { outcome: "", topic: "", summary: "" };
  return { type: "call_ended", ...base(seq, duration), reason: "stop", duration, ...unknown, ...changes };
}

export function mechanics(seq: number, at: number): Extract<AnyEvent, { type: "mechanics" }> {
  return {
    type: "mechanics",
    ...base(seq, at),
    talk_ratio: 0.5,
    pace: {},
    overtalk: {},
    dead_air: 0,
    dead_air_total: 0,
    monologue: 0,
    monologue_channel: "",
  } as Extract<AnyEvent, { type: "mechanics" }>;
}

export function feedback(id: string, action: Feedback["action"]): Feedback {
  return { type: "feedback", call_id: CALL, suggestion: id, action } as Feedback;
}
