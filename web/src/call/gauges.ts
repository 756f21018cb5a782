// Which measures of the conversation are worth a glance now. Most of the time: none.

import type { Mechanics } from "../events.ts";

/** `level` 0…1 fills the gauge; `value` is a share, words per minute, or seconds. */
export interface Gauge {
  readonly kind: "talk" | "pace" | "silence" | "monologue";
  readonly value: number;
  readonly level: number;
}

/** An agent who talks more than this share of the time is no longer listening. */
const TALK_SHARE = 0.65;
/** Talk shares mean little before so many seconds of the call. */
const TALK_FROM = 30;
const SILENCE_SECONDS = 4;
const MONOLOGUE_SECONDS = 40;
/** Words per minute that are hard to follow on the telephone; Turkish words are longer. */
const FAST: Readonly<Record<string, number>> = { tr: 150, en: 180 };
const FAST_ELSEWHERE = 170;

/** The gauges that matter, the most urgent first; `language` is the call's, `elapsed` in seconds. */
export function gauges(mechanics: Mechanics, language: string, elapsed: number): readonly Gauge[] {
  const { dead_air, monologue, monologue_channel, pace, talk_ratio } = mechanics;
  const fast = FAST[language] ?? FAST_ELSEWHERE;
  const words = pace["agent"] ?? 0;
  const shown: Gauge[] = [];
  if (dead_air >= SILENCE_SECONDS) shown.push(gauge("silence", dead_air, dead_air / 15));
  if (monologue_channel === "agent" && monologue >= MONOLOGUE_SECONDS) {
    shown.push(gauge("monologue", monologue, monologue / 90));
  }
  if (words >= fast) shown.push(gauge("pace", words, words / (fast * 1.5)));
  if (elapsed >= TALK_FROM && talk_ratio >= TALK_SHARE) {
    shown.push(gauge("talk", talk_ratio, talk_ratio));
  }
  return shown;
}

function gauge(kind: Gauge["kind"], value: number, level: number): Gauge {
  return { kind, value, level: Math.min(1, level) };
}
