// What the page around the sidebar is told.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { NO_CALL, reduce } from "../src/call/state.ts";
import type { AssistEvent, AssistSettings, MessageFromFrame } from "../src/embed/api.ts";
import { Bridge, type Host } from "../src/embed/bridge.ts";
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

describe("the frame", () => {
  const CRM = "https://crm.example";
  const HELLO = { type: "assist:hello", version: 1 };
  const EVENT: AssistEvent = { name: "connection-changed", detail: { connection: "open" } };

  class FakeHost implements Host {
    readonly sent: (readonly [MessageFromFrame, string])[] = [];
    readonly applied: AssistSettings[] = [];
    readonly bridge = new Bridge(this, (settings) => this.applied.push(settings));

    postMessage(message: MessageFromFrame, origin: string): void {
      this.sent.push([message, origin]);
    }

    says(data: unknown, origin = CRM): void {
      this.bridge.receive(this, origin, data);
    }

    get types(): string[] {
      return this.sent.map(([{ type }]) => type);
    }
  }

  test("tells nothing but its presence before the page around it has said hello", () => {
    const host = new FakeHost();
    host.bridge.open();
    host.bridge.tell(EVENT);
    host.says({ type: "assist:set", language: "tr" });
    assert.deepEqual(host.sent, [[{ type: "assist:waiting", version: 1 }, "*"]]);
    assert.deepEqual(host.applied, []);
    host.says(HELLO);
    assert.deepEqual(host.sent.slice(1), [
      [{ type: "assist:ready", version: 1 }, CRM],
      [{ type: "assist:event", ...EVENT }, CRM],
    ]);
  });

  test("keeps to the origin that greeted it, and to the window around it", () => {
    const host = new FakeHost();
    host.says(HELLO);
    host.says({ type: "assist:set", language: "tr" }, "https://evil.example");
    host.bridge.receive({}, CRM, { type: "assist:set", language: "tr" });
    assert.deepEqual(host.applied, []);
    host.says(HELLO, "https://evil.example");
    host.bridge.tell(EVENT);
    assert.deepEqual(new Set(host.sent.map(([, origin]) => origin)), new Set([CRM]));
  });

  test("does not greet a page without an origin", () => {
    const host = new FakeHost();
    host.says(HELLO, "null");
    host.bridge.tell(EVENT);
    assert.deepEqual(host.sent, []);
  });

  test("takes the settings that it knows, and no others along with them", () => {
    const host = new FakeHost();
    host.says(HELLO);
    host.says({ type: "assist:set", call: "call-1", language: "en", theme: "dark", server: "x" });
    assert.deepEqual(host.applied, [{ call: "call-1", language: "en", theme: "dark" }]);
  });

  for (const wrong of [{ call: "../x" }, { call: 1 }, { language: "de" }, { theme: "pink" }]) {
    test(`refuses ${JSON.stringify(wrong)} with a reason`, () => {
      const host = new FakeHost();
      host.says(HELLO);
      host.says({ type: "assist:set", ...wrong });
      assert.deepEqual(host.applied, []);
      assert.deepEqual(host.types, ["assist:ready", "assist:refused"]);
    });
  }

  test("refuses a version it does not speak", () => {
    const host = new FakeHost();
    host.says({ ...HELLO, version: 2 });
    host.bridge.tell(EVENT);
    assert.deepEqual(host.types, ["assist:refused"]);
  });

  for (const noise of [null, "assist:hello", 7, {}, { type: 1 }, { type: "webpack" }]) {
    test(`is not disturbed by ${JSON.stringify(noise)}`, () => {
      const host = new FakeHost();
      host.says(noise);
      assert.deepEqual(host.sent, []);
    });
  }
});
