// What the wall knows: a pure function of the messages, in their order.

import type { WallAlert, WallChanges, WallRow, WallState } from "../../events.ts";

/** Alerts that are kept. */
const MOST_ALERTS = 50;

/** A call of the wall; `at` is when its row came, in milliseconds of a steady clock. */
export interface Seen {
  readonly row: WallRow;
  readonly at: number;
  /** The call is over; it stays only while the order holds. */
  readonly over: boolean;
}

export interface Wall {
  readonly calls: ReadonlyMap<string, Seen>;
  /** The newest first. */
  readonly alerts: readonly WallAlert[];
}

export const NO_WALL: Wall = { calls: new Map(), alerts: [] };

export function reduceWall(wall: Wall, message: WallState | WallChanges, at: number): Wall {
  const calls = new Map(message.type === "wall" ? [] : wall.calls);
  for (const row of message.rows) calls.set(row.call_id, { row, at, over: false });
  for (const id of message.type === "wall" ? [] : message.gone) {
    const known = calls.get(id);
    if (known) calls.set(id, { ...known, over: true });
  }
  const before = message.type === "wall" ? [] : wall.alerts;
  const alerts = [...[...message.alerts].reverse(), ...before].slice(0, MOST_ALERTS);
  return { calls, alerts };
}

/** The calls without those that are over. */
export function swept(wall: Wall): Wall {
  const running = [...wall.calls].filter(([, { over }]) => !over);
  return running.length === wall.calls.size ? wall : { ...wall, calls: new Map(running) };
}

/**
 * The ids of the calls in the order of who needs help most. While `held`, those of `before` stay
 * where they are, and new ones come behind them.
 */
export function ordered(wall: Wall, before: readonly string[], held: boolean): readonly string[] {
  const byRisk = [...wall.calls.values()].sort(
    ({ row: one }, { row: other }) =>
      other.risk - one.risk ||
      one.started_at.localeCompare(other.started_at) ||
      one.call_id.localeCompare(other.call_id),
  );
  const ids = byRisk.map(({ row }) => row.call_id);
  if (!held) return ids;
  const kept = before.filter((id) => wall.calls.has(id));
  const known = new Set(kept);
  return [...kept, ...ids.filter((id) => !known.has(id))];
}

/** Seconds of the call at `now`, in milliseconds of the same steady clock. */
export function seconds({ at, over, row }: Seen, now: number): number {
  return over ? row.duration : row.duration + Math.max(0, now - at) / 1000;
}

export type Level = "high" | "middle" | "low";

export function levelOf(risk: number): Level {
  if (risk >= 0.6) return "high";
  return risk >= 0.3 ? "middle" : "low";
}
