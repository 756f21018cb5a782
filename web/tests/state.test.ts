import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  NO_CALL,
  currentSuggestion,
  elapsed,
  phase,
  recentTrouble,
  reduce,
  toneIsStale,
  tonelessNote,
  type CallState,
} from "../src/call/state.ts";
import type { ServerMessage } from "../src/events.ts";
import {
  degraded,
  ended,
  fault,
  feedback,
  gap,
  hello,
  mechanics,
  note,
  partial,
  started,
  suggestion,
  tone,
  utterance,
  withdrawn,
} from "./messages.ts";

const after = (...messages: readonly ServerMessage[]): CallState =>
  messages.reduce((state, message) => reduce(state, message, 0), NO_CALL);

const live = (...messages: readonly ServerMessage[]): CallState =>
  after(hello(), started(), ...messages);

describe("a call", () => {
  test("is waited for, runs, and ends", () => {
    assert.equal(phase(after(hello({ call_id: null, running: false }))), "waiting");
    assert.equal(phase(live()), "live");
    const over = live(ended(2, 61.5));
    assert.equal(phase(over), "ended");
    assert.equal(elapsed(over, 1e9), 61.5);
  });

  test("that the server no longer runs is over even without its last event", () => {
    assert.equal(phase(after(hello({ running: false }))), "ended");
  });

  test("that ended is not revived by a greeting that came late", () => {
    assert.equal(phase(live(ended(2, 5), hello())), "ended");
  });

  test("gives way to another call completely", () => {
    const next = live(
      utterance(2, "caller", 0, 1, "eski"),
      hello({ call_id: "call-2", customer: "", agent: "", language: "en" }),
    );
    assert.deepEqual(next, { ...NO_CALL, callId: "call-2", running: true, language: "en" });
  });

  test("does not listen to another call's events", () => {
    const state = live();
    assert.equal(reduce(state, { ...utterance(2, "agent", 0, 1, "x"), call_id: "other" }, 0), state);
  });

  test("outlives a kind of event that this page does not know", () => {
    const unknown = { ...note(2, "x"), type: "from_the_future" } as unknown as ServerMessage;
    assert.deepEqual(live(unknown).lines, []);
  });

  test("of a newer server says so", () => {
    const newer = { ...started(), version: 99 } as ServerMessage;
    assert.equal(after(hello(), newer).outdated, true);
    assert.equal(live().outdated, false);
  });

  test("is timed by its sound and not by a foreign clock", () => {
    const opened = [hello(), started(), mechanics(2, 10)];
    const state = opened.reduce((seen, message) => reduce(seen, message, 40_000), NO_CALL);
    assert.equal(elapsed(state, 43_000), 13);
  });

  test("that is played faster than life keeps its own time", () => {
    const played = reduce(reduce(live(), mechanics(2, 10), 1000), mechanics(3, 20), 2000);
    assert.equal(elapsed(played, 2000), 20);
  });
});

describe("words", () => {
  test("that are open give way to their final", () => {
    const open = live(partial(1, "caller", 2, 3));
    assert.equal(open.partials.caller?.stable, "bir");
    const final = reduce(open, utterance(2, "caller", 2, 4, "bir iki üç"), 0);
    assert.equal(final.partials.caller, undefined);
    assert.equal(final.lines.length, 1);
  });

  test("of the next turn stay when the final of the turn before comes", () => {
    const state = live(partial(1, "caller", 5, 6), utterance(2, "caller", 1, 4, "önceki"));
    assert.equal(state.partials.caller?.start, 5);
  });

  test("that come after their own final are left out", () => {
    const state = live(utterance(2, "caller", 1, 4, "sözüm"), partial(1, "caller", 1, 3));
    assert.deepEqual(state.partials, {});
  });

  test("of the other side stay too", () => {
    const state = live(partial(1, "agent", 1, 2), utterance(2, "caller", 1, 4, "sözüm"));
    assert.equal(state.partials.agent?.start, 1);
  });

  test("whose final never comes are given up", () => {
    const state = live(partial(1, "caller", 2, 3), mechanics(2, 14), mechanics(3, 16));
    assert.deepEqual(state.partials, {});
  });

  test("that end up empty leave no line", () => {
    const state = live(partial(1, "caller", 2, 3), utterance(2, "caller", 2, 4, "  "));
    assert.deepEqual([state.lines.length, Object.keys(state.partials).length], [0, 0]);
  });

  test("that were hard to hear are marked", () => {
    const [line] = live(utterance(2, "caller", 0, 1, "şey", { confidence: 0.3 })).lines;
    assert.ok(line?.kind === "utterance" && line.doubtful);
  });
});

describe("the tone", () => {
  test("course keeps two minutes and no more", () => {
    let state = live();
    for (let second = 1; second <= 500; second += 1) {
      state = reduce(state, tone(1 + second, second), second * 1000);
    }
    assert.equal(state.course.length, 121);
    assert.equal(state.course[0]?.end, 380);
  });

  test("grows old by the call's time", () => {
    assert.equal(toneIsStale(live(tone(2, 10), mechanics(3, 24)), 0), false);
    assert.equal(toneIsStale(live(tone(2, 10), mechanics(3, 26)), 0), true);
  });

  test("grows old when nothing arrives at all", () => {
    const state = live(tone(2, 10));
    assert.equal(toneIsStale(state, 14_000), false);
    assert.equal(toneIsStale(state, 16_000), true);
  });

  test("is missing for a reason that is told", () => {
    assert.equal(tonelessNote(live(note(2, "no_consent")))?.code, "no_consent");
    assert.equal(tonelessNote(live(note(2, "clipped"))), null);
  });
});

describe("a suggestion", () => {
  const open = live(suggestion(2, "a", 5, 20));

  test("is current until its moment has passed", () => {
    assert.equal(currentSuggestion(open)?.id, "a");
    assert.equal(currentSuggestion(reduce(open, mechanics(3, 20), 0))?.id, "a");
    assert.equal(currentSuggestion(reduce(open, mechanics(3, 21), 0)), null);
  });

  test("gives way to a newer one and comes back when that is dismissed", () => {
    const two = reduce(open, suggestion(3, "b", 6, 20), 0);
    assert.equal(currentSuggestion(two)?.id, "b");
    assert.equal(currentSuggestion(reduce(two, feedback("b", "dismissed"), 0))?.id, "a");
  });

  test("goes when it is withdrawn", () => {
    const state = reduce(open, withdrawn(3, "a", 6, "said"), 0);
    assert.equal(currentSuggestion(state), null);
    assert.equal(state.suggestions[0]?.fate, "said");
  });

  test("that the agent used stays used, whatever the server withdraws", () => {
    const state = reduce(reduce(open, feedback("a", "used"), 0), withdrawn(3, "a", 9, "expired"), 0);
    assert.equal(state.suggestions[0]?.fate, "used");
  });

  test("that was dismissed before the page was opened stays dismissed", () => {
    const state = after(hello({ feedback: { a: "dismissed" } }), started(), suggestion(2, "a", 5, 20));
    assert.equal(currentSuggestion(state), null);
  });

  test("is of no use after the call", () => {
    assert.equal(currentSuggestion(reduce(open, ended(3, 6), 0)), null);
  });
});

describe("trouble", () => {
  test("stays in the transcript and leaves the top after a while", () => {
    const state = live(gap(2, 3, 1.5), fault(3, 6));
    assert.deepEqual(recentTrouble(state).map((line) => line.kind), ["fault", "gap"]);
    const later = reduce(state, mechanics(4, 40), 0);
    assert.deepEqual(recentTrouble(later), []);
    assert.equal(later.lines.length, 2);
  });

  test("of a busy server ends when the server says so", () => {
    const busy = live(degraded(2, 1, "partials", true), degraded(3, 2, "partials", true));
    assert.deepEqual(busy.degraded, ["partials"]);
    assert.deepEqual(reduce(busy, degraded(4, 3, "partials", false), 0).degraded, []);
  });
});
