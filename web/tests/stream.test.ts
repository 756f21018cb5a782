import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { newMark } from "../src/call/marks.ts";
import { EventStream, type Connection, type Socket, type Surroundings } from "../src/call/stream.ts";
import type { ServerMessage } from "../src/events.ts";
import { CALL, feedback, hello, mechanics, partial, utterance } from "./messages.ts";

class FakeSocket implements Socket {
  onmessage: Socket["onmessage"] = null;
  onclose: Socket["onclose"] = null;
  readonly sent: unknown[] = [];
  closed = false;
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }

  close(): void {
    this.closed = true;
  }

  get after(): string | null {
    return new URL(this.url).searchParams.get("after");
  }

  says(...messages: readonly ServerMessage[]): void {
    for (const message of messages) this.onmessage?.({ data: JSON.stringify(message) });
  }
}

/** A stream in a world without network and clock. */
class World implements Surroundings {
  readonly sockets: FakeSocket[] = [];
  readonly waits: number[] = [];
  readonly heard: ServerMessage[] = [];
  readonly connections: Connection[] = [];
  chance = 1;
  private due: (() => void) | null = null;
  readonly stream = new EventStream({
    url: "ws://test/api/events?call=latest",
    onMessage: (message) => this.heard.push(message),
    onConnection: (connection) => this.connections.push(connection),
    surroundings: this,
  });

  open(url: string): Socket {
    const socket = new FakeSocket(url);
    this.sockets.push(socket);
    return socket;
  }

  later(milliseconds: number, callback: () => void): () => void {
    this.waits.push(milliseconds);
    this.due = callback;
    return () => (this.due = null);
  }

  random(): number {
    return this.chance;
  }

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    assert.ok(socket);
    return socket;
  }

  timePasses(): void {
    const { due } = this;
    assert.ok(due, "nothing is waited for");
    this.due = null;
    due();
  }

  get seqs(): number[] {
    return this.heard.flatMap((m) => ("seq" in m ? [m.seq] : []));
  }
}

function connected(): World {
  const world = new World();
  world.stream.start();
  world.socket.says(hello());
  return world;
}

const line = (seq: number) => utterance(seq, "caller", seq, seq + 1, `söz ${seq}`);

describe("a stream", () => {
  test("begins at the beginning and reports each step", () => {
    const world = new World();
    world.stream.start();
    assert.equal(world.socket.after, "0");
    world.socket.says(hello(), line(1));
    assert.deepEqual(world.connections, ["connecting", "open"]);
    assert.deepEqual(world.heard.map((message) => message.type), ["hello", "utterance"]);
  });

  test("keeps its place when a message of an unknown kind has no number", () => {
    const world = new World();
    world.stream.start();
    const [socket] = world.sockets;
    const unknown = { type: "from_the_future", call_id: CALL } as unknown as ServerMessage;
    socket?.says(hello(), mechanics(3, 1), unknown, mechanics(4, 2));
    assert.deepEqual(world.heard.map(({ type }) => type), ["hello", "mechanics", "mechanics"]);
  });

  test("resumes after the last final event and hands on nothing twice", () => {
    const world = connected();
    world.socket.says(line(1), line(2), partial(2, "caller", 4, 5));
    world.socket.onclose?.({ code: 1006 });
    world.timePasses();
    assert.equal(world.socket.after, "2");
    world.socket.says(hello(), line(2), line(3));
    assert.deepEqual(world.seqs, [1, 2, 2, 3]); // the second 2 is the partial
    assert.deepEqual(world.connections, ["connecting", "open", "lost", "reconnecting", "open"]);
  });

  test("waits longer each time, by chance, and never longer than ten seconds", () => {
    const world = new World();
    world.stream.start();
    for (let attempt = 0; attempt < 8; attempt += 1) {
      world.socket.onclose?.({ code: 1006 });
      world.timePasses();
    }
    assert.deepEqual(world.waits, [500, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
    world.chance = 0;
    world.socket.onclose?.({ code: 1006 });
    assert.equal(world.waits.at(-1), 5000);
  });

  test("says that one has to sign in, and looks now and then whether that was done", () => {
    const world = connected();
    world.socket.onclose?.({ code: 4401 });
    assert.equal(world.waits.at(-1), 10_000);
    world.timePasses();
    world.socket.onclose?.({ code: 4401 });
    world.timePasses();
    world.socket.says(hello());
    assert.deepEqual(world.connections, ["connecting", "open", "signed_out", "signed_out", "open"]);
  });

  test("is patient again after it was greeted", () => {
    const world = connected();
    world.socket.onclose?.({ code: 1006 });
    world.timePasses();
    world.socket.says(hello());
    world.socket.onclose?.({ code: 1006 });
    assert.deepEqual(world.waits, [500, 500]);
  });

  test("asks again from the beginning when another call began meanwhile", () => {
    const world = connected();
    world.socket.says(line(1), line(2));
    world.socket.onclose?.({ code: 1006 });
    world.timePasses();
    const asked = world.socket;
    asked.says(hello({ call_id: "call-2" }));
    assert.ok(asked.closed);
    assert.equal(world.socket.after, "0");
    world.socket.says(hello({ call_id: "call-2" }), { ...line(1), call_id: "call-2" });
    assert.deepEqual(world.heard.at(-1), { ...line(1), call_id: "call-2" });
    assert.deepEqual(world.seqs, [1, 2, 1]);
  });

  test("follows to another call on the same connection", () => {
    const world = connected();
    world.socket.says(line(1), hello({ call_id: "call-2" }), { ...line(1), call_id: "call-2" });
    assert.equal(world.sockets.length, 1);
    assert.deepEqual(world.seqs, [1, 1]);
  });

  test("that is spared what is no longer true goes on without it", () => {
    const world = connected();
    world.socket.says(line(1), line(4), line(4));
    assert.deepEqual(world.seqs, [1, 4]);
    world.socket.onclose?.({ code: 1006 });
    world.timePasses();
    assert.equal(world.socket.after, "4");
  });

  test("hears nothing from a connection that it gave up", () => {
    const world = connected();
    const old = world.socket;
    world.stream.networkLost();
    old.says(line(1));
    assert.deepEqual(world.seqs, []);
  });

  test("tries at once when asked to, and only while it waits", () => {
    const world = connected();
    world.stream.retryNow();
    assert.equal(world.sockets.length, 1);
    world.socket.onclose?.({ code: 1006 });
    world.stream.retryNow();
    assert.equal(world.sockets.length, 2);
  });

  test("knows that it is lost when the network is", () => {
    const world = connected();
    world.stream.networkLost();
    assert.ok(world.socket.closed);
    assert.equal(world.connections.at(-1), "lost");
  });

  test("ends for good when stopped", () => {
    const world = connected();
    world.stream.stop();
    assert.ok(world.socket.closed);
    assert.deepEqual(world.waits, []);
  });

  test("survives what is not a message", () => {
    const world = connected();
    const warn = console.warn;
    console.warn = () => undefined;
    world.socket.onmessage?.({ data: "{" });
    world.socket.onmessage?.({ data: "[]" });
    world.socket.onmessage?.({ data: new ArrayBuffer(4) });
    console.warn = warn;
    world.socket.says(mechanics(1, 1));
    assert.deepEqual(world.seqs, [1]);
  });
});

describe("feedback", () => {
  test("goes to the server at once", () => {
    const world = connected();
    world.stream.send(feedback("a", "used"));
    assert.deepEqual(world.socket.sent, [feedback("a", "used")]);
  });

  test("given while the connection is lost is sent when it is back", () => {
    const world = connected();
    world.socket.onclose?.({ code: 1006 });
    world.stream.send(feedback("a", "used"));
    world.timePasses();
    assert.deepEqual(world.socket.sent, []);
    world.socket.says(hello());
    assert.deepEqual(world.socket.sent, [feedback("a", "used")]);
  });

  test("that the server already has is not sent again", () => {
    const world = connected();
    world.stream.send(feedback("a", "used"));
    world.stream.send(feedback("b", "used"));
    world.socket.says(feedback("b", "used"));
    world.socket.onclose?.({ code: 1006 });
    world.timePasses();
    world.socket.says(hello({ feedback: { a: "used" } }));
    assert.deepEqual(world.socket.sent, []);
  });

  test("that makes the server hang up is not sent for ever", () => {
    const world = connected();
    world.stream.send(feedback("a", "used"));
    const sent = [1, 2, 3, 4, 5].map(() => {
      world.socket.onclose?.({ code: 1006 });
      world.timePasses();
      world.socket.says(hello());
      return world.socket.sent.length;
    });
    assert.deepEqual(sent, [1, 1, 0, 0, 0]);
  });

  test("on a call that another one has followed reaches the server all the same", () => {
    const world = connected();
    world.socket.onclose?.({ code: 1006 });
    world.stream.send(feedback("a", "used"));
    world.timePasses();
    world.socket.says(hello({ call_id: "call-2" }));
    assert.deepEqual(world.socket.sent, [feedback("a", "used")]);
  });
});

describe("a mark", () => {
  test("is confirmed by its id, and only the latest of its subject is sent again", () => {
    const world = connected();
    world.socket.onclose?.({ code: 1006 });
    const [first, second] = [newMark(CALL, "note", { text: "a" }), newMark(CALL, "note", { text: "b" })];
    const flag = newMark(CALL, "flag", { value: "raised" });
    for (const mark of [first, flag, second]) world.stream.send(mark);
    world.timePasses();
    world.socket.says(hello());
    assert.deepEqual(world.socket.sent, [second, flag]);
    world.socket.says(second, { ...flag, id: "of-another-page" });
    world.socket.onclose?.({ code: 1006 });
    world.timePasses();
    world.socket.says(hello({ annotations: [second] }));
    assert.deepEqual(world.socket.sent, [flag]);
  });

  test("that the greeting has not got yet stays in view", () => {
    const world = connected();
    world.socket.onclose?.({ code: 1006 });
    const mark = newMark(CALL, "flag", { value: "raised" });
    world.stream.send(mark);
    world.timePasses();
    world.socket.says(hello());
    assert.deepEqual(world.heard.at(-1), mark);
  });

  test("is not taken back by the echo of what it replaced", () => {
    const world = connected();
    const [first, second] = [newMark(CALL, "note", { text: "a" }), newMark(CALL, "note", { text: "b" })];
    world.stream.send(first);
    world.stream.send(second);
    const heard = world.heard.length;
    world.socket.says(first);
    assert.equal(world.heard.length, heard);
    world.socket.says(second);
    assert.deepEqual(world.heard.at(-1), second);
  });
});
