// A running call to be heard: the end of its recording, again and again, as it is written.

import { flacFrames, flacHeader, type FlacHeader } from "./flac.ts";

/** `none`: there is no recording, or one that cannot be played before it is finished. */
export type Sound = "off" | "asked" | "on" | "none";

/** Bytes at the beginning in which the header is, and at the end with which one begins. */
const HEAD = 16_384;
const TAIL = 32_000;
/** Milliseconds between two looks, and seconds that lie between the call and what is heard. */
const LOOK = 500;
const AHEAD = 0.6;
/** Seconds of delay from which on sound is left out, to be in the present again. */
const LATE = 5;

export class LiveSound {
  private readonly address: string;
  private readonly tell: (sound: Sound) => void;
  private readonly over = new AbortController();
  private context: AudioContext | null = null;
  private header = new Uint8Array();
  private rest = new Uint8Array();
  /** The byte of the file that comes next. */
  private offset = 0;
  /** When what is planned has been heard, in seconds of the context. */
  private until = 0;

  constructor(address: string, tell: (sound: Sound) => void) {
    this.address = address;
    this.tell = tell;
  }

  /** Plays until `stop`; has to be called from a click, or the browser stays silent. */
  async start(): Promise<void> {
    this.tell("asked");
    try {
      const head = await this.part(`0-${HEAD - 1}`);
      const known = head && flacHeader(head.bytes);
      if (!head || !known) return this.tell("none");
      this.begin(head.bytes, head.size, known);
      while (!this.over.signal.aborted) {
        const part = await this.part(`${this.offset}-`);
        if (part) await this.play(part.bytes);
        await new Promise((resolve) => setTimeout(resolve, LOOK));
      }
    } catch (error) {
      // The network is gone, or the reader has had enough.
      if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
      if (!this.over.signal.aborted) this.tell("none");
    }
  }

  stop(): void {
    this.over.abort();
    void this.context?.close();
    this.tell("off");
  }

  private begin(head: Uint8Array, size: number, { length, rate }: FlacHeader): void {
    this.header = head.slice(0, length);
    this.offset = Math.max(length, size - TAIL);
    this.context = new AudioContext({ sampleRate: rate });
  }

  /** A part of the file and the file's size; null where there is none. */
  private async part(range: string): Promise<{ bytes: Uint8Array; size: number } | null> {
    const headers = { range: `bytes=${range}` };
    const response = await fetch(this.address, { headers, signal: this.over.signal, cache: "no-store" });
    if (response.status !== 206) return null;
    const bytes = new Uint8Array(await response.arrayBuffer());
    return { bytes, size: Number(response.headers.get("content-range")?.split("/")[1] ?? 0) };
  }

  private async play(bytes: Uint8Array): Promise<void> {
    this.offset += bytes.length;
    const known = joined(this.rest, bytes);
    const frames = flacFrames(known);
    const [first = 0] = frames;
    const end = frames.at(-1) ?? 0;
    this.rest = known.slice(end);
    if (end === first || !this.context) return;
    const file = joined(this.header, known.subarray(first, end));
    const sound = await this.context.decodeAudioData(file.buffer);
    if (this.over.signal.aborted) return;
    const now = this.context.currentTime;
    if (this.until - now > LATE) return;
    const node = this.context.createBufferSource();
    node.buffer = sound;
    node.connect(this.context.destination);
    const from = this.until > now ? this.until : now + AHEAD;
    node.start(from);
    this.until = from + sound.duration;
    this.tell("on");
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(one.length + other.length);
  whole.set(one);
  whole.set(other, one.length);
  return whole;
}
