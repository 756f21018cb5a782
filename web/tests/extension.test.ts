// What the extension takes for a server's address.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { permissionFor, serverAddress } from "../extension/address.ts";

describe("a server's address", () => {
  const taken = {
    "https://assist.example": "https://assist.example",
    " https://assist.example/ ": "https://assist.example",
    "https://assist.example:8443/calls/": "https://assist.example:8443/calls",
    "http://127.0.0.1:8765/": "http://127.0.0.1:8765",
    "http://LOCALHOST:8765": "http://localhost:8765",
  };
  for (const [text, address] of Object.entries(taken)) {
    test(`may be ${JSON.stringify(text)}`, () => assert.equal(serverAddress(text), address));
  }

  const refused = [
    "",
    "assist.example",
    "http://assist.example", // a voice in the clear
    "http://127.0.0.1.evil.example",
    "ftp://assist.example",
    "javascript:alert(1)",
    "https://name:password@assist.example",
    "https://assist.example/?token=1",
    "https://assist.example/#x",
  ];
  for (const text of refused) {
    test(`may not be ${JSON.stringify(text)}`, () => assert.equal(serverAddress(text), null));
  }

  test("is asked for without its port, which permissions don't know", () => {
    assert.equal(permissionFor("http://127.0.0.1:8765"), "http://127.0.0.1/*");
    assert.equal(permissionFor("https://assist.example/calls"), "https://assist.example/*");
  });
});
