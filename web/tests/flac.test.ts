// A FLAC file is taken apart where its frames begin.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { flacFrames, flacHeader } from "../src/site/wall/flac.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const file = new Uint8Array(readFileSync(join(root, "audio_samples", "en_solved.flac")));
const view = new DataView(file.buffer);

test("the header says how long it is and how fast the samples come", () => {
  const header = flacHeader(file);
  assert.ok(header);
  assert.equal(header.rate, view.getUint32(18) >>> 12);
  assert.equal(flacFrames(file.subarray(header.length))[0], 0);
  assert.equal(flacHeader(file.subarray(0, header.length - 1)), null);
  assert.equal(flacHeader(new TextEncoder().encode("RIFF".repeat(20))), null);
});

test("every frame is found, and nothing else", () => {
  const size = view.getUint16(8);
  const samples = Number(view.getBigUint64(18) & 0xfffffffffn);
  assert.equal(flacFrames(file).length, Math.ceil(samples / size));
});

test("frames are found from the middle of the file on", () => {
  const all = flacFrames(file);
  const from = (all[5] ?? 0) + 1;
  assert.deepEqual(
    flacFrames(file.subarray(from)).map((at) => at + from),
    all.slice(6),
  );
});
