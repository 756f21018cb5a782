// What people mark on a call, and when what was promised is due.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { dueDate } from "../src/call/due.ts";
import {
  markOf,
  moments,
  newMark,
  raisedFlag,
  snoozedUntil,
  type MarkFields,
  type MarkKind,
} from "../src/call/marks.ts";
import { NO_CALL, currentSuggestion, reduce, type CallState } from "../src/call/state.ts";
import { timeline } from "../src/call/timeline.ts";
import type { Annotation, Due, ServerMessage } from "../src/events.ts";
import { CALL, hello, mechanics, started, suggestion, utterance } from "./messages.ts";

const mark = (kind: MarkKind, fields: MarkFields): Annotation => newMark(CALL, kind, fields);

const live = (...messages: readonly ServerMessage[]): CallState =>
  [hello(), started(), ...messages].reduce<CallState>((state, m) => reduce(state, m, 0), NO_CALL);

describe("marks", () => {
  test("count by their latest of a kind, and moments each by itself", () => {
    const [one, two] = [mark("moment", { start: 20, value: "set" }), mark("moment", { start: 5, value: "set" })];
    const { marks } = live(one, two, mark("note", { text: "a" }), mark("note", { text: "b" }));
    assert.deepEqual(moments(marks), [two, one]);
    assert.equal(markOf(marks, "note")?.text, "b");
    const without = live(one, two, mark("moment", { about: one.about, value: "removed" }));
    assert.deepEqual(moments(without.marks), [two]);
  });

  test("come back with the greeting", () => {
    const flag = mark("flag", { start: 7, value: "raised" });
    const state = reduce(NO_CALL, hello({ annotations: [flag] }), 0);
    assert.equal(raisedFlag(state.marks), flag);
    assert.equal(raisedFlag(reduce(state, mark("flag", { value: "lowered" }), 0).marks), null);
  });

  test("of another call change nothing", () => {
    const state = live();
    assert.equal(reduce(state, { ...mark("flag", { value: "raised" }), call_id: "call-2" }, 0), state);
  });

  test("that ask for quiet hold suggestions back until their time is over, or until it is ended", () => {
    const quiet = live(suggestion(2, "a", 10, 600), mark("snooze", { start: 10, value: "5" }));
    assert.equal(snoozedUntil(quiet.marks), 310);
    assert.equal(currentSuggestion(quiet), null);
    assert.equal(currentSuggestion(quiet, 309), null);
    assert.equal(currentSuggestion(quiet, 310)?.id, "a");
    const woken = reduce(quiet, mark("snooze", { start: 20, value: "0" }), 0);
    assert.equal(currentSuggestion(woken, 20)?.id, "a");
  });

  test("of moments stand between the lines at their time", () => {
    const { lines } = live(utterance(2, "agent", 1, 2, "bir"), utterance(3, "caller", 3, 6, "iki"));
    const marked = [2.5, 9].map((start) => mark("moment", { start, value: "set" }));
    const shown = timeline(lines, marked);
    assert.deepEqual(shown.map(({ kind }) => kind), ["utterance", "moment", "utterance", "moment"]);
    assert.equal(timeline(lines, []), lines);
    assert.equal(timeline(lines, marked)[1], shown[1]);
  });

  test("leave the call's own events alone", () => {
    const state = live(mechanics(2, 10));
    const { marks: _, ...own } = reduce(state, mark("outcome", { value: "solved" }), 0);
    const { marks: __, ...before } = state;
    assert.deepEqual(own, before);
  });
});

describe("a due date", () => {
  const NOTHING: Due = {
    text: "",
    minutes: null,
    days: null,
    working: false,
    weeks: null,
    months: null,
    weekday: null,
    date: "",
    clock: "",
    part: "",
    end_of: "",
  };
  /** A Thursday. */
  const said = new Date(2026, 10, 12, 15, 30);
  const due = (fields: Partial<Due>): string => {
    const found = dueDate({ ...NOTHING, ...fields }, said);
    if (found === null) return "";
    const { at } = found;
    const two = (value: number): string => String(value).padStart(2, "0");
    const day = `${at.getMonth() + 1}-${two(at.getDate())}`;
    return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
  };

  // The server counts the same way; both are held to one list.
  const cases = JSON.parse(
    readFileSync(new URL("./due-dates.json", import.meta.url), "utf-8"),
  ) as [Partial<Due>, string][];
  for (const [fields, expected] of cases) {
    test(`of ${JSON.stringify(fields)} is ${expected}`, () => assert.equal(due(fields), expected));
  }

  test("is unknown where nothing was named", () => assert.equal(due({ text: "en kısa zamanda" }), ""));
});
