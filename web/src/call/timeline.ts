// The transcript's lines with the moments that were marked between them.

import type { Annotation } from "../events.ts";
import type { Line } from "./state.ts";

export interface MomentLine {
  readonly kind: "moment";
  readonly mark: Annotation;
}

export type TimelineLine = Line | MomentLine;

/** Each moment comes before the first line that began after it; `moments` are in order. */
export function timeline(
  lines: readonly Line[],
  moments: readonly Annotation[],
): readonly TimelineLine[] {
  if (moments.length === 0) return lines;
  const whole: TimelineLine[] = [];
  let next = 0;
  for (const line of lines) {
    for (let mark = moments[next]; mark && mark.start < line.start; mark = moments[next]) {
      whole.push(lineOf(mark));
      next += 1;
    }
    whole.push(line);
  }
  return [...whole, ...moments.slice(next).map(lineOf)];
}

/** The same line for the same mark, so that what is drawn already can be left alone. */
const known = new WeakMap<Annotation, MomentLine>();

function lineOf(mark: Annotation): MomentLine {
  const line = known.get(mark) ?? { kind: "moment", mark };
  known.set(mark, line);
  return line;
}
