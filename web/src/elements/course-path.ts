// The course of the tone as strokes of one colour each, broken where nothing was heard.

import type { CoursePoint } from "../call/state.ts";
import type { ToneLabel } from "../events.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
  /** Seconds from the left edge to the right one. */
  readonly seconds: number;
}

export interface Stroke {
  readonly label: ToneLabel;
  readonly d: string;
}

/** Seconds without a tone that break the line. */
const BREAK_SECONDS = 6;
/** Room above and below, so that the line's ends and the last point are not cut. */
const MARGIN = 6;

/** Where a point lies; `now` is the second of the call at the right edge. */
export function place(point: CoursePoint, now: number, size: Size): { x: number; y: number } {
  const right = size.width - MARGIN;
  const x = right - ((now - point.end) / size.seconds) * right;
  const valence = Math.max(-1, Math.min(1, point.valence));
  const y = MARGIN + ((1 - valence) / 2) * (size.height - 2 * MARGIN);
  return { x: round(x), y: round(y) };
}

/** Neighbouring points of one label join to one stroke; a stroke begins where the last ended. */
export function courseStrokes(
  points: readonly CoursePoint[],
  now: number,
  size: Size,
): readonly Stroke[] {
  const strokes: { label: ToneLabel; d: string }[] = [];
  let before: CoursePoint | null = null;
  for (const point of points) {
    if (now - point.end > size.seconds) continue;
    const { x, y } = place(point, now, size);
    const joined = before !== null && point.end - before.end <= BREAK_SECONDS;
    const current = strokes.at(-1);
    if (joined && current && current.label === point.label) {
      current.d += `L${x} ${y}`;
    } else {
      const from = joined && before ? place(before, now, size) : { x, y };
      strokes.push({ label: point.label, d: `M${from.x} ${from.y}L${x} ${y}` });
    }
    before = point;
  }
  return strokes;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
