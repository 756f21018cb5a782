// What people mark on a call, and when what was promised is due.

import assert from "node:assert/strict";
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

  test("is counted from the moment of saying", () => {
    assert.equal(due({ minutes: 90 }), "11-12 17:00");
    assert.equal(due({ days: 0 }), "11-12 23:59");
    assert.equal(due({ days: 1, part: "noon" }), "11-13 13:59");
    assert.equal(due({ days: 1, clock: "09:30" }), "11-13 09:30");
    assert.equal(due({ days: 1, clock: "03:00" }), "11-13 15:00");
    assert.equal(due({ days: 1, clock: "03:00", part: "night" }), "11-13 03:00");
  });

  test("leaves out weekends of working days", () => {
    assert.equal(due({ days: 2, working: true }), "11-16 23:59");
    assert.equal(due({ days: 2 }), "11-14 23:59");
  });

  test("finds the day of a week, of a month and of the year", () => {
    assert.equal(due({ weekday: 1 }), "11-16 23:59");
    assert.equal(due({ weekday: 4 }), "11-19 23:59");
    assert.equal(due({ weekday: 3, weeks: 1 }), "11-18 23:59");
    assert.equal(due({ weeks: 1 }), "11-22 23:59");
    assert.equal(due({ end_of: "week" }), "11-15 23:59");
    assert.equal(due({ end_of: "month" }), "11-30 23:59");
    assert.equal(due({ months: 1 }), "12-31 23:59");
    assert.equal(due({ date: "11-20" }), "11-20 23:59");
    assert.equal(due({ date: "05" }), "12-05 23:59");
    assert.equal(due({ date: "02-01" }), "2-01 23:59");
  });

  test("is unknown where nothing was named", () => assert.equal(due({ text: "en kısa zamanda" }), ""));
});
