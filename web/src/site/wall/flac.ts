// As much of the FLAC format as it takes to play a file that is still being written: where its
// header ends and where its frames begin (RFC 9639).

/** Bytes up to the first frame, and samples a second. */
export interface FlacHeader {
  readonly length: number;
  readonly rate: number;
}

/** The header of a file from its first bytes; null where it is none, or not all of one. */
export function flacHeader(bytes: Uint8Array): FlacHeader | null {
  if (String.fromCharCode(...bytes.subarray(0, 4)) !== "fLaC" || bytes.length < 42) return null;
  const rate = (byte(bytes, 18) << 12) | (byte(bytes, 19) << 4) | (byte(bytes, 20) >> 4);
  let at = 4;
  for (;;) {
    if (at + 4 > bytes.length) return null;
    const last = byte(bytes, at) >= 0x80;
    at += 4 + ((byte(bytes, at + 1) << 16) | (byte(bytes, at + 2) << 8) | byte(bytes, at + 3));
    if (last) return at <= bytes.length ? { length: at, rate } : null;
  }
}

/** Where frames begin in a part of a file, each with the number behind the one before. */
export function flacFrames(bytes: Uint8Array): readonly number[] {
  const found: number[] = [];
  let expected: number | null = null;
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const number = frameNumber(bytes, at);
    if (number === null || (expected !== null && number !== expected)) continue;
    found.push(at);
    expected = number + 1;
  }
  return found;
}

/** The number of the frame of a fixed size that begins at `at`; null where none does. */
function frameNumber(bytes: Uint8Array, at: number): number | null {
  const size = byte(bytes, at + 2) >> 4;
  const rate = byte(bytes, at + 2) & 15;
  const wrong = byte(bytes, at + 1) !== 0xf8 || size === 0 || rate === 15;
  if (wrong || byte(bytes, at + 3) >> 4 > 10 || (byte(bytes, at + 3) & 1) !== 0) return null;
  const first = byte(bytes, at + 4);
  const more = first < 0x80 ? 0 : Math.clz32(~(first << 24)) - 1;
  if (more < 0 || more > 6 || (first >= 0x80 && more === 0)) return null;
  let number = first < 0x80 ? first : first & (0x3f >> more);
  for (let next = 1; next <= more; next += 1) {
    number = number * 64 + (byte(bytes, at + 4 + next) & 0x3f);
  }
  const extra = (size === 6 ? 1 : size === 7 ? 2 : 0) + (rate === 12 ? 1 : rate > 12 ? 2 : 0);
  const end = at + 5 + more + extra;
  return end < bytes.length && checksum(bytes.subarray(at, end)) === byte(bytes, end) ? number : null;
}

/** CRC-8 of polynomial x⁸ + x² + x + 1. */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (const value of bytes) {
    sum ^= value;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 0x80 ? (sum << 1) ^ 0x107 : sum << 1;
  }
  return sum;
}

function byte(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}
