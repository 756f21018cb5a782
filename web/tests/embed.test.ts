// What the page around the sidebar is told.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { NO_CALL, reduce } from "../src/call/state.ts";
import type { AssistEvent } from "../src/embed/api.ts";
import { outward } from "../src/embed/outward.ts";
import type { ServerMessage } from "../src/events.ts";
import { CALL, ended, feedback, hello, mechanics, suggestion, tone, utterance } from "./messages.ts";

/** Everything that is told of a call whose messages are these. */
function told(...messages: readonly ServerMessage[]): AssistEvent[] {
  let state = NO_CALL;
  return messages.flatMap((message) => {
    const before = state;
    state = reduce(before, message, 0);
    return outward(before, message, state);
  });
}

const names = (events: readonly AssistEvent[]): string[] => events.map(({ name }) => name);

describe("the page around the sidebar", () => {
  test("hears of a call once, however often its connection comes back", () => {
    const events = told(hello(), hello(), hello({ call_id: "call-2", running: false }));
    assert.deepEqual(
      events.map(({ detail }) => detail),
      [
        { callId: CALL, agent: "Elif", customer: "Deniz", language: "tr", running: true },
        { callId: "call-2", agent: "Elif", customer: "Deniz", language: "tr", running: false },
      ],
    );
  });

  test("hears nothing while there is no call", () => {
    assert.deepEqual(told(hello({ call_id: null, running: false })), []);
  });

  test("hears of a tone when it is another one", () => {
    const events = told(hello(), tone(1, 4, "neutral"), tone(2, 5, "neutral"), tone(3, 6, "angry"));
    const tones = events.flatMap((event) => (event.name === "tone-changed" ? [event.detail] : []));
    assert.deepEqual(
      tones.map(({ at, tone: label, previous }) => [at, label, previous]),
      [
        [4, "neutral", null],
        [6, "angry", "neutral"],
      ],
    );
  });

  test("hears of a suggestion, of its answer once, and of the end", () => {
    const events = told(
      hello(),
      utterance(1, "caller", 0, 2, "Merhaba"),
      mechanics(2, 3),
      suggestion(3, "s1", 4, 30),
      feedback("s1", "used"),
      feedback("s1", "used"),
      ended(4, 9),
    );
    assert.deepEqual(names(events), ["call-started", "suggestion", "suggestion-answered", "call-ended"]);
    const last = events.at(-1);
    assert.ok(last?.name === "call-ended");
    assert.equal(last.detail.at, 9);
  });

  test("hears nothing of another call", () => {
    const other = { ...tone(1, 4, "angry"), call_id: "call-2" };
    assert.deepEqual(names(told(hello(), other)), ["call-started"]);
  });
});
