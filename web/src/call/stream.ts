// The stream of a call's events: connects, resumes after the last final event, reports gaps
// in the connection honestly, and hands on every final event exactly once.

import type { Feedback, ServerMessage } from "../events.ts";

export type Connection = "connecting" | "open" | "lost" | "reconnecting";

/** The little of a WebSocket that is used here, so that a test can stand in for it. */
export interface Socket {
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  send(data: string): void;
  close(): void;
}

export interface Surroundings {
  open(url: string): Socket;
  /** Calls back after `milliseconds`; the returned function calls it off. */
  later(milliseconds: number, callback: () => void): () => void;
  /** 0…1, for the jitter. */
  random(): number;
}

export interface StreamOptions {
  /** Where the stream is, without `after`: "wss://host/api/events?call=latest". */
  readonly url: string;
  readonly onMessage: (message: ServerMessage) => void;
  readonly onConnection: (connection: Connection) => void;
  readonly surroundings?: Surroundings;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;
/** A server that hangs up on a feedback every time does not want it. */
const MOST_TELLINGS = 3;

export class EventStream {
  private readonly options: StreamOptions;
  private readonly surroundings: Surroundings;
  private socket: Socket | null = null;
  private cancelRetry: (() => void) | null = null;
  private failures = 0;
  private greeted = false;
  /** The cursor: which call, and its last final event. */
  private callId: string | null = null;
  private seq = 0;
  /** What the server has not confirmed yet, and how often it was told. */
  private readonly outbox = new Map<string, { feedback: Feedback; told: number }>();

  constructor(options: StreamOptions) {
    this.options = options;
    this.surroundings = options.surroundings ?? browser;
  }

  start(): void {
    this.options.onConnection("connecting");
    this.connect();
  }

  stop(): void {
    this.cancelRetry?.();
    this.cancelRetry = null;
    this.abandon();
  }

  /** Try again without waiting; nothing happens while a connection is there or under way. */
  retryNow(): void {
    if (!this.cancelRetry) return;
    this.cancelRetry();
    this.reconnect();
  }

  /** The network is known to be gone: don't wait for the socket to notice. */
  networkLost(): void {
    if (!this.socket) return;
    this.abandon();
    this.lost();
  }

  /** Tell the server; what is said while the connection is lost is said after it is back. */
  send(feedback: Feedback): void {
    const entry = { feedback, told: 0 };
    this.outbox.set(feedback.suggestion, entry);
    if (this.greeted) this.tell(entry);
  }

  private tell(entry: { feedback: Feedback; told: number }): void {
    entry.told += 1;
    this.socket?.send(JSON.stringify(entry.feedback));
  }

  private connect(): void {
    this.cancelRetry = null;
    this.greeted = false;
    const { url } = this.options;
    const socket = this.surroundings.open(`${url}${url.includes("?") ? "&" : "?"}after=${this.seq}`);
    this.socket = socket;
    socket.onmessage = (event) => this.received(event.data);
    socket.onclose = () => this.lost();
  }

  private reconnect(): void {
    this.options.onConnection("reconnecting");
    this.connect();
  }

  private abandon(): void {
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }

  private lost(): void {
    this.socket = null;
    this.options.onConnection("lost");
    const limit = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.failures);
    this.failures += 1;
    // Half of the wait is by chance, so that a floor of agents doesn't come back as one.
    const wait = limit / 2 + (this.surroundings.random() * limit) / 2;
    this.cancelRetry = this.surroundings.later(wait, () => this.reconnect());
  }

  private received(data: unknown): void {
    const message = parse(data);
    if (!message) return;
    if (message.type === "hello") this.hello(message);
    else if (message.type === "feedback") this.confirmed(message);
    else if (message.call_id !== this.callId) return;
    else if (message.type === "partial") this.options.onMessage(message);
    else this.final(message);
  }

  private hello(message: Extract<ServerMessage, { type: "hello" }>): void {
    const first = !this.greeted;
    if (message.call_id !== this.callId) {
      const resumed = this.seq > 0;
      this.callId = message.call_id;
      this.seq = 0;
      // The server was asked to go on in another call: ask again, for this one's beginning.
      if (first && resumed && message.call_id !== null) return this.again();
    }
    this.greeted = true;
    this.failures = 0;
    if (first) this.options.onConnection("open");
    this.options.onMessage(message);
    this.resend(message.feedback);
  }

  private again(): void {
    this.abandon();
    this.connect();
  }

  private resend(known: Readonly<Record<string, string>>): void {
    for (const [id, entry] of this.outbox) {
      const futile = entry.feedback.call_id !== this.callId || entry.told >= MOST_TELLINGS;
      if (futile || id in known) this.outbox.delete(id);
      else this.tell(entry);
    }
  }

  private confirmed(message: Feedback): void {
    if (message.call_id !== this.callId) return;
    this.outbox.delete(message.suggestion);
    this.options.onMessage(message);
  }

  private final(message: Exclude<ServerMessage, { type: "hello" | "feedback" | "partial" }>): void {
    // A number may be missing: a page that fell behind is spared tones that are no longer true.
    // A message without one is of a kind that this page does not know.
    if (!(message.seq > this.seq)) return;
    this.seq = message.seq;
    this.options.onMessage(message);
  }
}

function parse(data: unknown): ServerMessage | null {
  if (typeof data !== "string") return null;
  try {
    const value: unknown = JSON.parse(data);
    const known = typeof value === "object" && value !== null && "type" in value;
    return known ? (value as ServerMessage) : null;
  } catch (error) {
    console.warn("A message that is not JSON was left out.", error);
    return null;
  }
}

const browser: Surroundings = {
  open: (url) => new WebSocket(url) as Socket,
  later: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};
