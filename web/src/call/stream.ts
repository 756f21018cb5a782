// The stream of a call's events: connects, resumes after the last final event, reports gaps
// in the connection honestly, and hands on every final event exactly once.

import type { Annotation, Feedback, Hello, ServerMessage } from "../events.ts";
import { markKey } from "./marks.ts";
import { openSocket } from "./open-socket.ts";

/** `signed_out`: the server does not know the reader (any more). */
export type Connection = "connecting" | "open" | "lost" | "reconnecting" | "signed_out";

/** What a page says of a call; the server says it back. */
export type Told = Feedback | Annotation;

/** The little of a WebSocket that is used here, so that a test can stand in for it. */
export interface Socket {
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(data: string): void;
  close(): void;
}

export interface Surroundings {
  open(url: string, token?: string): Socket;
  /** Calls back after `milliseconds`; the returned function calls it off. */
  later(milliseconds: number, callback: () => void): () => void;
  /** 0…1, for the jitter. */
  random(): number;
}

export interface StreamOptions {
  /** Where the stream is, without `after`: "wss://host/api/events?call=latest". */
  readonly url: string;
  /** What the server lets this reader in with, where the browser has no cookie for it. */
  readonly token?: string;
  readonly onMessage: (message: ServerMessage) => void;
  readonly onConnection: (connection: Connection) => void;
  /** What the reader has already: a call up to this event. */
  readonly from?: { readonly callId: string; readonly seq: number };
  readonly surroundings?: Surroundings;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;
/** The close code for somebody who has to sign in. */
const UNKNOWN_READER = 4401;
/** A server that hangs up on something every time does not want it. */
const MOST_TELLINGS = 3;

export class EventStream {
  private readonly options: StreamOptions;
  private readonly surroundings: Surroundings;
  private socket: Socket | null = null;
  private cancelRetry: (() => void) | null = null;
  private failures = 0;
  private greeted = false;
  private unknown = false;
  /** The cursor: which call, and its last final event. */
  private callId: string | null = null;
  private seq = 0;
  /** What the server has not confirmed yet, and how often it was told. */
  private readonly outbox = new Map<string, { message: Told; told: number }>();

  constructor(options: StreamOptions) {
    this.options = options;
    this.surroundings = options.surroundings ?? browser;
    this.callId = options.from?.callId ?? null;
    this.seq = options.from?.seq ?? 0;
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
  send(message: Told): void {
    const entry = { message, told: 0 };
    this.outbox.set(subjectOf(message), entry);
    if (this.greeted) this.tell(entry);
  }

  private tell(entry: { message: Told; told: number }): void {
    entry.told += 1;
    this.socket?.send(JSON.stringify(entry.message));
  }

  private connect(): void {
    this.cancelRetry = null;
    this.greeted = false;
    const { url, token } = this.options;
    const address = `${url}${url.includes("?") ? "&" : "?"}after=${this.seq}`;
    const socket = this.surroundings.open(address, token);
    this.socket = socket;
    socket.onmessage = (event) => this.received(event.data);
    socket.onclose = ({ code }) => this.lost(code === UNKNOWN_READER);
  }

  private reconnect(): void {
    if (!this.unknown) this.options.onConnection("reconnecting");
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

  private lost(unknown = false): void {
    this.socket = null;
    this.unknown = unknown;
    this.options.onConnection(unknown ? "signed_out" : "lost");
    // Somebody may sign in by another page; asking often would not make that sooner.
    const limit = unknown ? LONGEST_WAIT : Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.failures);
    this.failures += 1;
    // Half of the wait is by chance, so that a floor of agents doesn't come back as one.
    const wait = limit / 2 + (this.surroundings.random() * limit) / 2;
    this.cancelRetry = this.surroundings.later(wait, () => this.reconnect());
  }

  private received(data: unknown): void {
    const message = parse(data);
    if (!message) return;
    if (message.type === "hello") this.hello(message);
    else if (message.type === "feedback" || message.type === "annotation") this.confirmed(message);
    else if (message.call_id !== this.callId) return;
    else if (message.type === "partial") this.options.onMessage(message);
    else this.final(message);
  }

  private hello(message: Hello): void {
    const first = !this.greeted;
    if (message.call_id !== this.callId) {
      const resumed = this.seq > 0;
      this.callId = message.call_id;
      this.seq = 0;
      // The server was asked to go on in another call: ask again, for this one's beginning.
      if (first && resumed && message.call_id !== null) return this.again();
    }
    this.greeted = true;
    this.unknown = false;
    this.failures = 0;
    if (first) this.options.onConnection("open");
    this.options.onMessage(message);
    this.resend(message);
  }

  private again(): void {
    this.abandon();
    this.connect();
  }

  private resend(known: Hello): void {
    for (const [subject, entry] of this.outbox) {
      if (entry.told >= MOST_TELLINGS || isKnown(entry.message, known)) this.outbox.delete(subject);
      else {
        this.tell(entry);
        // The greeting does not have it yet, and the reader has seen it done.
        this.options.onMessage(entry.message);
      }
    }
  }

  private confirmed(message: Told): void {
    const subject = subjectOf(message);
    const waiting = this.outbox.get(subject)?.message;
    if (waiting && !isSame(waiting, message)) return; // something newer is on its way
    this.outbox.delete(subject);
    this.options.onMessage(message);
  }

  private final(
    message: Exclude<ServerMessage, { type: "hello" | "feedback" | "annotation" | "partial" }>,
  ): void {
    // A number may be missing: a page that fell behind is spared tones that are no longer true.
    // A message without one is of a kind that this page does not know.
    if (!(message.seq > this.seq)) return;
    this.seq = message.seq;
    this.options.onMessage(message);
  }
}

/** Of what is said of one subject only the latest has to reach the server. */
function subjectOf(message: Told): string {
  const subject = message.type === "feedback" ? `feedback ${message.suggestion}` : markKey(message);
  return `${message.call_id} ${subject}`;
}

function isSame(one: Told, other: Told): boolean {
  if (one.type === "feedback") return other.type === "feedback" && one.action === other.action;
  return other.type === "annotation" && one.id === other.id;
}

function isKnown(message: Told, { annotations, call_id, feedback }: Hello): boolean {
  if (message.call_id !== call_id) return false;
  if (message.type === "feedback") return message.suggestion in feedback;
  return (annotations ?? []).some(({ id }) => id === message.id);
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
  open: (url, token) => openSocket(url, token) as Socket,
  later: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};
