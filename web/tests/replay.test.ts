// A call on one time axis.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { FinalEvent } from "../src/events.ts";
import { NO_CALL, reduce } from "../src/call/state.ts";
import { latest, loudest, pauses, recordOf, script, secondOf } from "../src/site/replay/record.ts";
import { hello, utterance } from "./messages.ts";

function situation(seq: number, channel: "agent" | "caller"): FinalEvent {
  const about = { situation: "delay", channel, start: 1, quote: "late", confidence: 0.9 };
  return { type: "situation", call_id: "call-1", seq, position: 0, ...about };
}

describe("the record of a call", () => {
  const events = [utterance(1, "agent", 0, 2, "Evet."), utterance(2, "caller", 3, 5, "Geç."), situation(3, "caller")];

  test("gives a situation to the words that show it", () => {
    const { situations } = recordOf(events);
    assert.deepEqual([...situations].map(([seq, tags]) => [seq, tags.length]), [[2, 1]]);
  });

  test("says everything in the order of the call", () => {
    const state = [hello(), ...events].reduce((known, event) => reduce(known, event, 0), NO_CALL);
    const entries = script(recordOf([...events].reverse()), state);
    assert.deepEqual(entries.map(({ at, kind }) => [kind, at]), [["spoken", 0], ["spoken", 3]]);
  });

  test("knows where nobody says anything", () => {
    const later = utterance(4, "agent", 9, 12, "Peki.");
    assert.deepEqual(pauses(recordOf([...events, later]), 2), [{ start: 5, end: 9 }]);
    assert.deepEqual(pauses(recordOf([]), 2), []);
  });
});

test("the latest is the last that has begun", () => {
  const list = [1, 4, 4, 9];
  const at = (time: number): number | null => latest(list, time, (begin) => begin);
  assert.deepEqual([0, 1, 5, 9, 20].map(at), [null, 1, 4, 9, 9]);
});

test("no peak is lost where many share a pixel", () => {
  assert.deepEqual(loudest([0.1, 0.9, 0.2, 0.3], 2, 2, 2), [0.9, 0.3]);
  assert.deepEqual(loudest([0.5], 1, 1, 3), [0.5, 0.5, 0.5]);
  assert.deepEqual(loudest([0.5], 1, 2, 2), [0.5, 0]);
});

test("a moment's address is read, and only that", () => {
  assert.equal(secondOf("#t=73.2"), 73.2);
  assert.equal(secondOf("#t=0"), 0);
  for (const hash of ["", "#t=", "#t=soon", "#t=-1"]) assert.equal(secondOf(hash), null);
});
