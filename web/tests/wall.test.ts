// The wall: who needs help first, and rows that stay where they are while they are looked at.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { WallAlert, WallRow } from "../src/events.ts";
import { NO_WALL, levelOf, ordered, reduceWall, seconds, swept } from "../src/site/wall/wall-state.ts";

function row(call_id: string, risk: number, duration = 0): WallRow {
  return { call_id, risk, duration, started_at: "2026-01-05T09:00:00Z" } as WallRow;
}

function alert(id: string): WallAlert {
  return { id, call_id: "a", kind: "angry", start: 1, quote: "", at: "2026-01-05T09:00:01Z" };
}

const begun = reduceWall(
  NO_WALL,
  { type: "wall", rows: [row("a", 0.1), row("b", 0.8), row("c", 0.8)], alerts: [alert("1")] },
  0,
);

describe("the order", () => {
  test("begins with those who need help most, and is the same for equals", () => {
    assert.deepEqual(ordered(begun, [], false), ["b", "c", "a"]);
  });

  test("holds while it is looked at, and takes new calls at its end", () => {
    const rows = [row("a", 1), row("d", 0.9)];
    const next = reduceWall(begun, { type: "wall_changes", rows, gone: ["c"], alerts: [] }, 1);
    assert.deepEqual(ordered(next, ["b", "c", "a"], true), ["b", "c", "a", "d"]);
    assert.deepEqual(ordered(swept(next), ["b", "c", "a", "d"], false), ["a", "d", "b"]);
  });
});

test("a call that is over stays until it is swept away", () => {
  const next = reduceWall(begun, { type: "wall_changes", rows: [], gone: ["b", "z"], alerts: [] }, 1);
  assert.equal(next.calls.get("b")?.over, true);
  assert.equal(swept(next).calls.has("b"), false);
  assert.equal(swept(begun), begun);
});

test("the newest alert comes first, and a new beginning forgets the old", () => {
  const message = { type: "wall_changes", rows: [], gone: [], alerts: [alert("2"), alert("3")] } as const;
  const next = reduceWall(begun, message, 1);
  assert.deepEqual(next.alerts.map(({ id }) => id), ["3", "2", "1"]);
  assert.deepEqual(reduceWall(next, { type: "wall", rows: [], alerts: [] }, 2), NO_WALL);
});

test("a call goes on between two of its rows, until it is over", () => {
  const seen = { row: row("a", 0, 60), at: 1000, over: false };
  assert.equal(seconds(seen, 4000), 63);
  assert.equal(seconds({ ...seen, over: true }, 4000), 60);
});

test("the need for help has three steps", () => {
  assert.deepEqual([0, 0.3, 0.55, 0.6, 1].map(levelOf), ["low", "middle", "middle", "high", "high"]);
});
