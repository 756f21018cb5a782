// The course of the tone as strokes of one colour each, joined by bridges where nothing was heard.

import type { CoursePoint } from "../call/state.ts";
import type { ToneLabel } from "../events.ts";

export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Seconds of the call at the left and at the right edge. */
  readonly from: number;
  readonly to: number;
}

export interface Stroke {
  /** What the caller sounded like, or "bridge" over the time in which the caller was silent. */
  readonly label: ToneLabel | "bridge";
  readonly d: string;
}

/** Seconds without a tone that break the line. */
const BREAK_SECONDS = 6;
/** A young call fills the frame from this length on. */
const SHORTEST = 30;

/** What the course shows at second `now`: the whole call at first, then its last `seconds`. */
export function visible(now: number, seconds: number): { from: number; to: number } {
  const to = Math.max(now, SHORTEST);
  return { from: Math.max(0, to - seconds), to };
}

export function place(point: CoursePoint, frame: Frame): { x: number; y: number } {
  const share = (point.end - frame.from) / (frame.to - frame.from);
  const valence = Math.max(-1, Math.min(1, point.valence));
  return {
    x: round(frame.left + share * (frame.right - frame.left)),
    y: round(frame.top + ((1 - valence) / 2) * (frame.bottom - frame.top)),
  };
}

/** Neighbouring points of one label join to one stroke; a stroke begins where the last ended. */
export function courseStrokes(points: readonly CoursePoint[], frame: Frame): readonly Stroke[] {
  const strokes: { label: Stroke["label"]; d: string }[] = [];
  let before: CoursePoint | null = null;
  for (const point of points) {
    if (point.end < frame.from) continue;
    const at = coordinates(point, frame);
    const from = before === null ? at : coordinates(before, frame);
    const silent = before !== null && point.end - before.end > BREAK_SECONDS;
    if (silent) strokes.push({ label: "bridge", d: `M${from}L${at}` });
    const current = strokes.at(-1);
    if (current?.label === point.label) current.d += `L${at}`;
    else strokes.push({ label: point.label, d: `M${silent ? at : from}L${at}` });
    before = point;
  }
  return strokes;
}

function coordinates(point: CoursePoint, frame: Frame): string {
  const { x, y } = place(point, frame);
  return `${x} ${y}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
