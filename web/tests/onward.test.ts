// Whoever signs in comes back to where they wanted to go, and to no other server.

import assert from "node:assert/strict";
import { test } from "node:test";
import { onward } from "../src/site/people/onward.ts";

const HOME = "https://assist.example";
const from = (next: string, hash = ""): string =>
  onward(`?next=${encodeURIComponent(next)}`, hash, HOME);

test("a search and a moment are kept", () => {
  assert.equal(from("/calls?q=iade&tone=angry"), `${HOME}/calls?q=iade&tone=angry`);
  assert.equal(from("/calls/a", "#t=73.2"), `${HOME}/calls/a#t=73.2`);
  assert.equal(from("/calls/a#t=1", "#t=73.2"), `${HOME}/calls/a#t=1`);
  assert.equal(onward("", "", HOME), `${HOME}/`);
});

test("another server is not gone to", () => {
  const elsewhere = ["//evil.example/", "https://evil.example", "/\\evil.example", "\\\\evil.example"];
  for (const next of [...elsewhere, "javascript:alert(1)", "data:text/html,x", "http://"]) {
    assert.equal(from(next), `${HOME}/`, next);
  }
});
