// What is searched for, and which words of an answer were meant.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { pieces, queryOf, searchOf, withField } from "../src/site/calls/search.ts";

describe("a search", () => {
  test("is the same after a way through the address", () => {
    const search = { q: "iade & özür", tone: "angry", from: "2026-03-01", min_score: "40" };
    assert.deepEqual(searchOf(queryOf(search)), search);
    assert.equal(queryOf({}), "");
  });

  test("leaves out what it does not know and what is empty", () => {
    assert.deepEqual(searchOf("?tone=&limit=3&agent=%20Elif%20"), { agent: "Elif" });
  });

  test("loses a field that is emptied", () => {
    assert.deepEqual(withField({ q: "iptal", tone: "sad" }, "tone", " "), { q: "iptal" });
  });
});

describe("words that were found", () => {
  const found = (text: string, wanted: string): string[] =>
    pieces(text, wanted)
      .filter((piece) => piece.found)
      .map((piece) => piece.text);

  test("are marked in every inflected form", () => {
    assert.deepEqual(found("Kitabı istedim, kitaplar gelmedi.", "kitap"), ["Kitabı", "kitaplar"]);
    assert.deepEqual(found("Refunds? A refund!", "refund"), ["Refunds", "refund"]);
    assert.deepEqual(found("My new washing machine broke.", "machines"), ["machine"]);
    assert.deepEqual(found("Hesabımdan çekilmiş.", "hesaptan"), ["Hesabımdan"]);
  });

  test("are marked in every spelling", () => {
    assert.deepEqual(found("İade ve IŞIK", "iade ışık"), ["İade", "IŞIK"]);
    assert.deepEqual(found("İADEMİ istiyorum, siparişim gelmedi", "iade siparis"), ["İADEMİ", "siparişim"]);
    assert.deepEqual(found("INVOICE", "invoice"), ["INVOICE"]);
  });

  test("are not marked by a beginning that they share with others", () => {
    assert.deepEqual(found("Kararlı bir kart, bir de parti", "karar para"), ["Kararlı"]);
    assert.deepEqual(found("Evet, ev", "ev"), ["ev"]);
  });

  test("give the whole text back in order", () => {
    const text = "İyi günler, siparişim gelmedi.";
    const whole = (wanted: string): string => pieces(text, wanted).map((p) => p.text).join("");
    assert.equal(whole("sipariş gelmedi"), text);
    assert.equal(whole(""), text);
  });
});
