// From samples to blocks, and from blocks to the server, without a microphone and a network.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BlockMaker } from "../src/capture/blocks.ts";
import {
  KEPT_SECONDS,
  NativeCall,
  type AudioSocket,
  type CallPhase,
  type CallSurroundings,
  type Failure,
} from "../src/capture/native.ts";

const RATE = 100; // frames a second keep the tests small
const FRAME = 4; // bytes of two channels

describe("blocks", () => {
  const samples = (pcm: ArrayBuffer): number[] => [...new Int16Array(pcm)];

  test("interleave the channels and go on across pieces", () => {
    const maker = new BlockMaker(2, 3);
    const first = maker.push([Float32Array.of(0, 0.5), Float32Array.of(-1, -0.5)], 2);
    assert.deepEqual(first, []);
    const [block, ...more] = maker.push([Float32Array.of(1, 0.25), Float32Array.of(0, 0)], 2);
    assert.deepEqual(more, []);
    assert.ok(block);
    assert.deepEqual(samples(block.pcm), [0, -32767, 16384, -16383, 32767, 0]);
    assert.deepEqual(block.peaks, [1, 1]);
  });

  test("hold back what is too loud", () => {
    const [block] = new BlockMaker(1, 2).push([Float32Array.of(1.7, -9)], 2);
    assert.deepEqual(samples(block?.pcm ?? new ArrayBuffer()), [32767, -32767]);
  });

  test("are silent where a channel is absent, and measured anew each time", () => {
    const maker = new BlockMaker(2, 2);
    const [loud] = maker.push([Float32Array.of(0.5, 0)], 2);
    assert.deepEqual(loud?.peaks, [0.5, 0]);
    const [silent] = maker.push([], 2);
    assert.deepEqual(samples(silent?.pcm ?? new ArrayBuffer()), [0, 0, 0, 0]);
    assert.deepEqual(silent?.peaks, [0, 0]);
  });

  test("come several at a time from a long piece", () => {
    assert.equal(new BlockMaker(1, 20).push([new Float32Array(128)], 128).length, 6);
  });
});

class FakeSocket implements AudioSocket {
  onopen: AudioSocket["onopen"] = null;
  onmessage: AudioSocket["onmessage"] = null;
  onclose: AudioSocket["onclose"] = null;
  readonly texts: Record<string, unknown>[] = [];
  audio: number[] = [];
  closed = false;
  readyState = 1;

  send(data: string | Uint8Array<ArrayBuffer>): void {
    if (typeof data === "string") this.texts.push(JSON.parse(data) as Record<string, unknown>);
    else this.audio.push(...data);
  }

  close(): void {
    this.closed = true;
  }

  says(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  /** The server takes the connection and has `position` frames. */
  accepts(position: number): void {
    this.onopen?.();
    this.says({ type: "ready", call_id: "c", positions: [position] });
  }

  breaks(code = 1006, reason = ""): void {
    this.onclose?.({ code, reason });
  }
}

class World implements CallSurroundings {
  readonly sockets: FakeSocket[] = [];
  readonly phases: CallPhase[] = [];
  readonly lost: number[] = [];
  readonly waits: number[] = [];
  failure: Failure | null = null;
  private due: { readonly milliseconds: number; readonly callback: () => void }[] = [];
  private frames = 0;
  readonly call = new NativeCall({
    url: "ws://test/api/ingest",
    call: { callId: "c", rate: RATE, roles: ["agent", "caller"], language: "tr", consent: true },
    onPhase: (phase, failure) => {
      this.phases.push(phase);
      this.failure = failure;
    },
    onLost: (seconds) => this.lost.push(seconds),
    surroundings: this,
  });

  open(): AudioSocket {
    const socket = new FakeSocket();
    this.sockets.push(socket);
    return socket;
  }

  later(milliseconds: number, callback: () => void): () => void {
    this.waits.push(milliseconds);
    const entry = { milliseconds, callback };
    this.due.push(entry);
    return () => (this.due = this.due.filter((other) => other !== entry));
  }

  /** What is due within `limit` milliseconds happens. */
  timePasses(limit = 10_000): void {
    const due = this.due.filter(({ milliseconds }) => milliseconds <= limit);
    this.due = this.due.filter((entry) => !due.includes(entry));
    for (const { callback } of due) callback();
  }

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    assert.ok(socket);
    return socket;
  }

  get phase(): CallPhase | undefined {
    return this.phases.at(-1);
  }

  /** Audio whose bytes tell which frame they belong to, modulo 251. */
  speak(frames: number, block = 10): void {
    for (let done = 0; done < frames; done += block) {
      const bytes = Uint8Array.from({ length: block * FRAME }, (_, i) => this.byte(this.frames + i / FRAME));
      this.frames += block;
      this.call.send(bytes.buffer);
    }
  }

  byte(frame: number): number {
    return (Math.floor(frame) % 251) + 1;
  }

  /** The frames that the newest connection was sent, checked to be whole; 0 for silence. */
  get sent(): number[] {
    const { audio } = this.socket;
    assert.equal(audio.length % FRAME, 0);
    return audio.filter((_, index) => index % FRAME === 0);
  }

  expected(from: number, to: number): number[] {
    return Array.from({ length: to - from }, (_, i) => this.byte(from + i));
  }
}

function running(): World {
  const world = new World();
  world.call.start();
  world.socket.accepts(0);
  return world;
}

describe("a call to the server", () => {
  test("describes itself and sends what was said before the server was ready", () => {
    const world = new World();
    world.call.start();
    world.speak(20);
    world.socket.accepts(0);
    assert.deepEqual(world.socket.texts[0], {
      type: "start",
      version: 1,
      call_id: "c",
      legs: [{ encoding: "pcm_s16le", rate: RATE, roles: ["agent", "caller"] }],
      language: "tr",
      agent: "",
      customer: "",
      consent: true,
    });
    world.speak(10);
    assert.deepEqual(world.sent, world.expected(0, 30));
    assert.deepEqual(world.phases, ["connecting", "running"]);
  });

  test("goes on after a lost connection where the server stands, in the middle of a block too", () => {
    const world = running();
    world.speak(200);
    world.socket.says({ type: "ack", positions: [100] });
    world.socket.breaks();
    assert.equal(world.phase, "reconnecting");
    world.speak(50);
    world.timePasses();
    world.socket.accepts(137);
    assert.equal(world.phase, "running");
    assert.deepEqual(world.sent, world.expected(137, 250));
    assert.deepEqual(world.lost, []);
  });

  test("says what it gave up in a long outage and sends silence in its place", () => {
    const world = running();
    world.speak(100);
    world.socket.says({ type: "ack", positions: [100] });
    world.socket.breaks();
    const outage = (KEPT_SECONDS + 10) * RATE;
    world.speak(outage);
    world.timePasses();
    world.socket.accepts(100);
    const silence = new Array<number>(10 * RATE).fill(0);
    assert.deepEqual(world.sent, [...silence, ...world.expected(100 + 10 * RATE, 100 + outage)]);
    assert.deepEqual(world.lost, [10]);
  });

  test("waits longer each time, and from the beginning after a success", () => {
    const world = running();
    for (let failed = 0; failed < 6; failed += 1) {
      world.socket.breaks();
      world.timePasses();
    }
    assert.deepEqual(world.waits, [500, 1000, 2000, 4000, 5000, 5000]);
    world.socket.accepts(0);
    world.socket.breaks();
    assert.equal(world.waits.at(-1), 500);
  });

  test("takes a server that no longer answers for lost", () => {
    const world = running();
    world.speak(16 * RATE);
    assert.equal(world.phase, "reconnecting");
    assert.equal(world.socket.closed, true);
  });

  test("ends when the server has stored it", () => {
    const world = running();
    world.speak(10);
    world.call.stop();
    world.speak(10);
    assert.deepEqual(world.socket.texts.at(-1), { type: "stop" });
    assert.deepEqual(world.sent, world.expected(0, 10));
    assert.equal(world.phase, "stopping");
    world.socket.says({ type: "ended", call_id: "c" });
    assert.equal(world.phase, "ended");
    world.timePasses();
    assert.equal(world.sockets.length, 1);
  });

  test("stops again on the next connection, and knows an end that was told to a lost one", () => {
    const world = running();
    world.speak(30);
    world.call.stop();
    world.socket.breaks();
    world.timePasses();
    world.socket.accepts(20);
    assert.deepEqual(world.sent, world.expected(20, 30));
    assert.deepEqual(world.socket.texts.at(-1), { type: "stop" });
    world.socket.breaks();
    world.timePasses();
    world.socket.says({ type: "error", message: "The call c has ended already." });
    world.socket.breaks(1008);
    assert.equal(world.phase, "ended");
  });

  test("is over when the server confirms no end for half a minute", () => {
    const world = running();
    world.call.stop();
    world.timePasses(20_000);
    assert.equal(world.phase, "stopping");
    world.timePasses(30_000);
    assert.equal(world.phase, "ended");
    assert.equal(world.socket.closed, true);
  });

  test("that was stopped before it began is over at once", () => {
    const world = new World();
    world.call.start();
    world.call.stop();
    assert.equal(world.phase, "ended");
    assert.equal(world.socket.closed, true);
  });

  test("fails with the server's own sentence", () => {
    const world = new World();
    world.call.start();
    world.socket.says({ type: "error", message: "The call_id c is used up." });
    world.socket.breaks(1008, "The call_id");
    assert.equal(world.phase, "failed");
    assert.deepEqual(world.failure, { code: "refused", sentence: "The call_id c is used up." });
  });

  test("goes on when the server closed it because nothing came, as after a sleep", () => {
    const world = running();
    world.socket.breaks(1008, "No audio came for 30 s");
    assert.equal(world.phase, "reconnecting");
  });

  test("fails when no server is there, and not later once one was", () => {
    const world = new World();
    world.call.start();
    for (let tried = 0; tried < 3; tried += 1) {
      world.socket.breaks();
      world.timePasses();
    }
    assert.equal(world.phase, "failed");
    assert.equal(world.failure?.code, "unreachable");
    assert.equal(world.sockets.length, 3);
  });

  for (const position of [99, 301]) {
    test(`fails when the server claims to have ${position} frames of it`, () => {
      const world = running();
      world.speak(300);
      world.socket.says({ type: "ack", positions: [100] });
      world.socket.breaks();
      world.timePasses();
      world.socket.accepts(position);
      assert.equal(world.failure?.code, "forgotten");
    });
  }

  for (const code of [1009, 1011, 1012, 4001]) {
    test(`is not tried again after ${code}`, () => {
      const world = running();
      world.socket.breaks(code, "why");
      assert.deepEqual(world.failure, { code: "refused", sentence: "why" });
      world.timePasses();
      assert.equal(world.sockets.length, 1);
    });
  }
});
