// The small pure parts of the page.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gauges } from "../src/call/gauges.ts";
import { courseStrokes, place, visible } from "../src/elements/course-path.ts";
import { preferredLanguage, regional } from "../src/preferences.ts";
import { actionOf } from "../src/shortcuts.ts";
import { SIGN_PAIRS, TEXT_PAIRS, palette, type Colour } from "../src/style/palette.ts";
import { Texts, trendOf } from "../src/texts/texts.ts";
import { mechanics } from "./messages.ts";

/** WCAG 2.2, relative luminance. */
function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = channels.map((c) =>
    c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

describe("colours", () => {
  const check = (pairs: readonly (readonly [Colour, Colour])[], least: number): void => {
    for (const [front, back] of pairs) {
      for (const shade of [0, 1] as const) {
        const ratio = contrast(palette[front][shade], palette[back][shade]);
        const where = `${front} on ${back}, ${shade === 0 ? "light" : "dark"}`;
        assert.ok(ratio >= least, `${where}: ${ratio.toFixed(2)} < ${least}`);
      }
    }
  };

  test("of words reach 4.5 : 1", () => check(TEXT_PAIRS, 4.5));
  test("of signs reach 3 : 1", () => check(SIGN_PAIRS, 3));
});

describe("gauges", () => {
  test("stay away from a call that goes well", () => {
    assert.deepEqual(gauges(mechanics(1, 60), "tr", 60), []);
  });

  test("show what matters, the most urgent first", () => {
    const measured = {
      ...mechanics(1, 60),
      talk_ratio: 0.8,
      pace: { agent: 170, caller: 300 },
      dead_air: 6,
    };
    const kinds = (language: string, elapsed: number): string[] =>
      gauges(measured, language, elapsed).map((gauge) => gauge.kind);
    assert.deepEqual(kinds("tr", 60), ["silence", "pace", "talk"]);
    assert.deepEqual(kinds("en", 60), ["silence", "talk"]);
    assert.deepEqual(kinds("tr", 10), ["silence", "pace"]);
  });

  test("mind the agent's monologue and not the caller's", () => {
    const speech = { ...mechanics(1, 60), monologue: 50, monologue_channel: "caller" };
    assert.deepEqual(gauges(speech, "tr", 60), []);
    const [own] = gauges({ ...speech, monologue_channel: "agent" }, "tr", 60);
    assert.equal(own?.kind, "monologue");
  });
});

describe("the course", () => {
  const frame = { left: 0, right: 100, top: 0, bottom: 50, from: 0, to: 100 };
  const point = (end: number, label: "angry" | "neutral" = "neutral", valence = 0) => ({
    end,
    label,
    valence,
  });

  test("has now on the right, warm above and tense below", () => {
    assert.deepEqual(place(point(100, "neutral", 1), frame), { x: 100, y: 0 });
    assert.deepEqual(place(point(0, "angry", -9), frame), { x: 0, y: 50 });
  });

  test("shows a young call whole and then its last two minutes", () => {
    assert.deepEqual(visible(5, 120), { from: 0, to: 30 });
    assert.deepEqual(visible(90, 120), { from: 0, to: 90 });
    assert.deepEqual(visible(400, 120), { from: 280, to: 400 });
  });

  test("is one stroke for one label, joined to the next, bridged over silence", () => {
    const points = [point(10), point(11), point(12, "angry"), point(30, "angry")];
    assert.deepEqual(courseStrokes(points, frame), [
      { label: "neutral", d: "M10 25L10 25L11 25" },
      { label: "angry", d: "M11 25L12 25" },
      { label: "bridge", d: "M12 25L30 25" },
      { label: "angry", d: "M30 25L30 25" },
    ]);
  });

  test("leaves out what is further back", () => {
    assert.deepEqual(courseStrokes([point(10)], { ...frame, from: 80, to: 200 }), []);
  });
});

describe("words", () => {
  const [tr, en] = [new Texts("tr"), new Texts("en")];

  test("follow each language's way with numbers", () => {
    assert.deepEqual([tr.percent(0.81), en.percent(0.81)], ["%81", "81%"]);
    assert.deepEqual([tr.decimal(2.45), en.decimal(2.45)], ["2,5", "2.5"]);
    assert.deepEqual([tr.duration(125), en.duration(125)], ["2 dk 5 sn", "2 min 5 s"]);
  });

  test("have a plural where the language has one", () => {
    const lines = (texts: Texts, count: number): string => texts.say.transcript.newLines(count);
    assert.deepEqual([lines(en, 1), lines(en, 2)], ["1 new line", "2 new lines"]);
    assert.deepEqual([lines(tr, 1), lines(tr, 2)], ["1 yeni satır", "2 yeni satır"]);
  });

  test("are in capitals as Turkish writes them", () => {
    assert.deepEqual([tr.capitalised("iptal"), en.capitalised("iptal")], ["İptal", "Iptal"]);
    assert.equal(tr.capitalised("ısrar"), "Israr");
  });

  test("say how sure the tone is and where it goes", () => {
    assert.equal(tr.certainty(0.72), "Oldukça emin · %72");
    assert.deepEqual([0.5, 0, -0.5].map(trendOf), ["up", "flat", "down"]);
  });

  test("write time as a clock", () => {
    assert.deepEqual([0, 65.9, 3725].map((s) => tr.clock(s)), ["0:00", "1:05", "1:02:05"]);
  });

  test("write days as people say them", () => {
    const today = new Date(2026, 10, 12, 9);
    const day = (texts: Texts, month: number, date: number, year = 2026): string =>
      texts.day(new Date(year, month, date, 23), today);
    assert.deepEqual([day(tr, 10, 11), day(tr, 10, 13)], ["dün", "yarın"]);
    assert.deepEqual([day(tr, 10, 3), day(tr, 10, 3, 2025)], ["3 Kas Sal", "3 Kas 2025"]);
    const british = new Texts("en", "en-GB");
    assert.deepEqual([day(british, 10, 3), day(british, 10, 12)], ["Tue 3 Nov", "today"]);
    assert.equal(new Texts("en", "en-US").day(new Date(2026, 10, 3), today), "Tue, Nov 3");
    assert.equal(tr.moment(new Date(2026, 10, 13, 9, 5), today), "yarın 09:05");
  });

  test("are written the way of the reader's country", () => {
    assert.equal(regional("en", ["tr-TR", "en-AU"]), "en-AU");
    assert.equal(regional("tr", ["en-GB"]), "tr");
  });

  test("start in the browser's language", () => {
    assert.equal(preferredLanguage(["de-DE", "tr-TR", "en"]), "tr");
    assert.equal(preferredLanguage(["en-GB", "tr"]), "en");
    assert.equal(preferredLanguage(["fr"]), "en");
  });
});

describe("a key", () => {
  type Press = Parameters<typeof actionOf>[0];
  const press = (key: string, changes: Partial<Press> = {}): Press => ({
    key,
    altKey: false,
    ctrlKey: false,
    metaKey: false,
    repeat: false,
    isComposing: false,
    composedPath: () => [{ tagName: "BODY" } as unknown as EventTarget],
    ...changes,
  });

  test("means its action, in capitals too", () => {
    assert.deepEqual(["u", "D", "n", "x"].map((key) => actionOf(press(key))), ["use", "dismiss", "next", null]);
    assert.deepEqual(["s", "m", "F", "w", "?"].map((key) => actionOf(press(key))), [
      "snooze",
      "moment",
      "flag",
      "note",
      "help",
    ]);
  });

  test("means nothing with a modifier, held down, or in a field", () => {
    const field = (target: object) => press("u", { composedPath: () => [target as EventTarget] });
    for (const quiet of [
      press("u", { ctrlKey: true }),
      press("u", { metaKey: true }),
      press("u", { repeat: true }),
      press("u", { isComposing: true }),
      field({ tagName: "INPUT" }),
      field({ tagName: "TEXTAREA" }),
      field({ tagName: "DIV", isContentEditable: true }),
      field({ tagName: "DIV", role: "textbox" }),
      press("u", { composedPath: () => [{ tagName: "B" }, { tagName: "DIV", role: "combobox" }] as unknown as EventTarget[] }),
    ]) {
      assert.equal(actionOf(quiet), null);
    }
  });
});
