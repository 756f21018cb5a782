import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  NO_CALL,
  currentSuggestion,
  elapsed,
  phase,
  recentTrouble,
  reduce,
  secondsWithoutSound,
  toneApart,
  toneIsStale,
  tonelessNote,
  wordsObject,
  type CallState,
} from "../src/call/state.ts";
import type { ServerMessage, Tone, ToneLabel } from "../src/events.ts";
import {
  checklist,
  degraded,
  ended,
  fault,
  feedback,
  gap,
  hello,
  mechanics,
  note,
  partial,
  promise,
  stage,
  started,
  suggestion,
  tone,
  utterance,
  withdrawn,
  without,
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
      hello({ call_id: "call-2", customer: "", agent: "", language: "en", started_at: null }),
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

  test("grows old five seconds after it was heard", () => {
    assert.equal(toneIsStale(live(tone(2, 10), mechanics(3, 15)), 0), false);
    assert.equal(toneIsStale(live(tone(2, 10), mechanics(3, 15.5)), 0), true);
    assert.equal(toneIsStale(live(tone(2, 10), mechanics(3, 16), tone(4, 16)), 0), false);
  });

  test("grows old when nothing arrives at all", () => {
    const state = live(tone(2, 10));
    assert.equal(toneIsStale(state, 4_000), false);
    assert.equal(toneIsStale(state, 6_000), true);
  });

  test("is steady once it has lasted, and unsure is no news", () => {
    const steady = (...tones: readonly Tone[]) => live(...tones).steadyTone;
    assert.equal(steady(tone(2, 10, "angry", { since: 8 })), null);
    const angry = tone(3, 11, "angry", { since: 8 });
    assert.equal(steady(angry), "angry");
    const unsure = tone(4, 20, "unsure", { since: 12 });
    assert.equal(steady(angry, unsure), "angry");
    assert.equal(steady(angry, unsure, tone(5, 26, "neutral", { since: 22 })), "neutral");
  });

  test("tells voice and words apart where one of them says something", () => {
    const apart = (changes: Partial<Tone>) => toneApart(tone(2, 10, "angry", changes));
    assert.equal(apart({}), null);
    assert.equal(apart({ voice: "angry" })?.words, null);
    assert.equal(apart({ words: "angry" })?.voice, "unsure");
  });

  test("is objected to by words that are upset when it is not, or the other way", () => {
    const objects = (label: ToneLabel, words: ToneLabel | null): boolean =>
      wordsObject(tone(2, 10, label, { words }));
    assert.ok(objects("neutral", "angry") && objects("unsure", "happy") && objects("angry", "happy"));
    assert.ok(!objects("neutral", "happy") && !objects("angry", "sad") && !objects("sad", null));
  });

  test("of a call stored long ago has what it has", () => {
    const old = without(tone(2, 10), "voice", "words", "quotes", "since", "recovery");
    const { tone: known } = live(old);
    assert.equal(known?.label, "angry");
    assert.ok(known && toneApart(known) === null && known.recovery === "");
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

  test("that the server withdraws by the agent's hand keeps what the agent did", () => {
    const fate = (reason: string) =>
      reduce(open, withdrawn(3, "a", 6, reason), 0).suggestions[0]?.fate;
    assert.deepEqual(["used", "dismissed", "unheard-of"].map(fate), ["used", "dismissed", "expired"]);
  });

  test("that was dismissed before the page was opened stays dismissed", () => {
    const state = after(hello({ feedback: { a: "dismissed" } }), started(), suggestion(2, "a", 5, 20));
    assert.equal(currentSuggestion(state), null);
  });

  test("is of no use after the call", () => {
    assert.equal(currentSuggestion(reduce(open, ended(3, 6), 0)), null);
  });
});

describe("sound", () => {
  test("is missed after a while of a running call, and only then", () => {
    const state = live(mechanics(2, 10));
    assert.deepEqual([7_900, 8_000, 12_500].map((now) => secondsWithoutSound(state, now)), [0, 8, 12]);
    assert.equal(secondsWithoutSound(reduce(state, ended(3, 11), 0), 60_000), 0);
    assert.equal(secondsWithoutSound(NO_CALL, 60_000), 0);
  });
});

describe("the record", () => {
  test("has the last phase, the last list and every promise", () => {
    const state = live(
      stage(2, 0, "opening"),
      checklist(3, 0, false, false),
      stage(4, 9, "solution"),
      checklist(5, 9, true, false),
      promise(6, 9, "p1"),
      promise(7, 12, "p2"),
    );
    assert.equal(state.stage, "solution");
    assert.deepEqual(state.checklist.map((item) => item.done), [true, false]);
    assert.deepEqual(state.promises.map(({ id }) => id), ["p1", "p2"]);
  });

  test("ends with the outcome, if the server knew one", () => {
    const solved = live(ended(2, 60, { outcome: "solved", topic: "delivery/late", summary: "Bitti." }));
    assert.equal(solved.ended?.outcome, "solved");
    const old = live(without(ended(2, 60), "outcome", "topic", "summary"));
    assert.deepEqual([old.ended?.outcome, old.ended?.topic, old.ended?.summary], ["", "", ""]);
  });
});

describe("the language", () => {
  test("that is still to be found is that of the first words", () => {
    const opened = after(hello({ language: "" }), { ...started(), language: "auto" } as ServerMessage);
    assert.equal(opened.language, "");
    const heard = reduce(opened, utterance(2, "caller", 0, 1, "hi", { language: "en" }), 0);
    assert.equal(heard.language, "en");
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
