// A call to the server by the native protocol (docs/native-protocol.md): one leg of 16-bit
// samples with a role for each channel. A lost connection is taken up again where the server
// says it stands; audio is kept for that, KEPT_SECONDS at most, and what had to be given up
// is replaced by silence, so that everything after it keeps its time, and told.

import { openSocket } from "../call/open-socket.ts";
import type { Role } from "../events.ts";

/** Where a call stands; "ended" and "failed" are for good. */
export type CallPhase = "connecting" | "running" | "reconnecting" | "stopping" | "ended" | "failed";

export interface Failure {
  /** "unreachable": no server answered; "refused": it said why; "forgotten": it lost the call. */
  readonly code: "unreachable" | "refused" | "forgotten";
  /** The server's own sentence, in English, where it said one. */
  readonly sentence: string;
}

export interface CallDescription {
  readonly callId: string;
  readonly rate: number;
  /** Who is on each interleaved channel. */
  readonly roles: readonly Role[];
  readonly language: "tr" | "en" | "auto";
  readonly agent?: string;
  readonly customer?: string;
  /** Whether the caller's tone may be estimated. */
  readonly consent: boolean;
}

/** The little of a WebSocket that is used here, so that a test can stand in for it. */
export interface AudioSocket {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  readonly readyState: number;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(): void;
}

export interface CallSurroundings {
  open(url: string, token?: string): AudioSocket;
  /** Calls back after `milliseconds`; the returned function calls it off. */
  later(milliseconds: number, callback: () => void): () => void;
}

export interface NativeCallOptions {
  /** "wss://host/api/ingest" */
  readonly url: string;
  /** What the server lets this program in with, where the browser has no cookie for it. */
  readonly token?: string;
  readonly call: CallDescription;
  readonly onPhase: (phase: CallPhase, failure: Failure | null) => void;
  /** Audio that the server will never have, in seconds. */
  readonly onLost: (seconds: number) => void;
  readonly surroundings?: CallSurroundings;
}

/** Audio that is kept for a connection to come back. */
export const KEPT_SECONDS = 60;
/** The server says about once a second what it has; after this much without, nobody is there. */
const UNANSWERED_SECONDS = 15;
/** The server may still be recognising the last words when the call is stopped. */
const ENDING_MILLISECONDS = 30_000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 5_000;
/** Connections that may fail in a row before the first one is made. */
const FIRST_TRIES = 3;
/** Frames of one message when audio is sent again; far below every server's limit. */
const SILENT_FRAMES = 500;

/** Close codes after which the same call will not be taken again. */
const FINAL_CODES = new Set([1009, 1011, 1012, 4001]);
const REFUSED = 1008;
/** `WebSocket.OPEN`, which a test has no WebSocket to ask for. */
const OPEN = 1;

interface Kept {
  /** Frames before this piece since the call began. */
  readonly start: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

type ServerSays =
  | { readonly type: "ready" | "ack"; readonly positions: readonly number[] }
  | { readonly type: "ended" }
  | { readonly type: "error"; readonly message: string };

export class NativeCall {
  private readonly options: NativeCallOptions;
  private readonly surroundings: CallSurroundings;
  private readonly frameBytes: number;
  private socket: AudioSocket | null = null;
  private cancelLater: (() => void) | null = null;
  private cancelDeadline: (() => void) | null = null;
  private failures = 0;
  private phase: CallPhase = "connecting";
  /** Whether this connection, and any connection, has been told `ready`. */
  private ready = false;
  private wasReady = false;
  private stopTold = false;
  private sentence = "";
  private kept: Kept[] = [];
  /** In frames since the call began: what there is, and what the server has. */
  private end = 0;
  private acked = 0;

  constructor(options: NativeCallOptions) {
    this.options = options;
    this.surroundings = options.surroundings ?? browser;
    this.frameBytes = 2 * options.call.roles.length;
  }

  start(): void {
    this.enter("connecting");
    this.connect();
  }

  /** More audio: whole frames of interleaved samples. Nothing is taken after `stop`. */
  send(pcm: ArrayBuffer): void {
    if (this.phase === "stopping" || this.over()) return;
    const data = new Uint8Array(pcm);
    this.kept.push({ start: this.end, data });
    this.end += data.length / this.frameBytes;
    this.giveUpOldest();
    if (!this.ready) return;
    // One that the server is closing takes nothing; the audio is kept for the next.
    if (this.socket?.readyState === OPEN) this.socket.send(data);
    if (this.end - this.acked > UNANSWERED_SECONDS * this.options.call.rate) {
      this.abandon();
      this.lost();
    }
  }

  /** The call is over; "ended" comes when the server has stored it. */
  stop(): void {
    if (this.phase === "stopping" || this.over()) return;
    if (!this.wasReady) return this.finish("ended");
    this.enter("stopping");
    if (this.ready) this.tellStop();
    const unconfirmed = (): void => this.finish("ended");
    this.cancelDeadline = this.surroundings.later(ENDING_MILLISECONDS, unconfirmed);
  }

  private over(): boolean {
    return this.phase === "ended" || this.phase === "failed";
  }

  private enter(phase: CallPhase, failure: Failure | null = null): void {
    this.phase = phase;
    this.options.onPhase(phase, failure);
  }

  private finish(phase: "ended" | "failed", failure: Failure | null = null): void {
    this.abandon();
    this.cancelLater?.();
    this.cancelDeadline?.();
    this.kept = [];
    this.enter(phase, failure);
  }

  private fail(code: Failure["code"], sentence: string): void {
    this.finish("failed", { code, sentence });
  }

  private connect(): void {
    this.cancelLater = null;
    this.sentence = "";
    const socket = this.surroundings.open(this.options.url, this.options.token);
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify(startMessage(this.options.call)));
    socket.onmessage = ({ data }) => this.received(data);
    socket.onclose = ({ code, reason }) => this.closed(code, reason);
  }

  private abandon(): void {
    const { socket } = this;
    this.socket = null;
    this.ready = false;
    if (!socket) return;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }

  private received(data: unknown): void {
    const said = parse(data);
    if (said === null) return this.fail("refused", "This address is not that of an assist server.");
    if (said.type === "ready") this.resume(said.positions[0] ?? 0);
    else if (said.type === "ack") this.forget(said.positions[0] ?? 0);
    else if (said.type === "ended") this.finish("ended");
    else if (said.type === "error") this.sentence = said.message;
  }

  private closed(code: number, reason: string): void {
    const sentence = this.sentence || reason;
    const wasReady = this.ready;
    this.socket = null;
    this.ready = false;
    // The server had everything, and said so on a connection that was lost.
    if (this.stopTold && code === REFUSED) return this.finish("ended");
    // On a running call it means that nothing came for long, as when the computer slept.
    const refused = FINAL_CODES.has(code) || (code === REFUSED && !wasReady);
    if (refused) return this.fail("refused", sentence);
    this.lost(sentence);
  }

  private lost(sentence = ""): void {
    this.failures += 1;
    if (!this.wasReady && this.failures >= FIRST_TRIES) return this.fail("unreachable", sentence);
    if (this.phase === "running") this.enter("reconnecting");
    const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (this.failures - 1));
    this.cancelLater = this.surroundings.later(wait, () => this.connect());
  }

  /** Goes on from `position`, the frames that the server has. */
  private resume(position: number): void {
    if (position < this.acked || position > this.end) return this.fail("forgotten", "");
    this.ready = true;
    this.wasReady = true;
    this.failures = 0;
    this.acked = position;
    this.fillUp(position);
    for (const { start, data } of this.kept) {
      const known = Math.max(0, position - start) * this.frameBytes;
      if (known < data.length) this.socket?.send(data.subarray(known));
    }
    if (this.phase === "stopping") this.tellStop();
    else this.enter("running");
  }

  /** Silence in place of what was given up, so that the rest keeps its time. */
  private fillUp(position: number): void {
    const missing = (this.kept[0]?.start ?? this.end) - position;
    if (missing <= 0) return;
    for (let sent = 0; sent < missing; sent += SILENT_FRAMES) {
      const frames = Math.min(SILENT_FRAMES, missing - sent);
      this.socket?.send(new Uint8Array(frames * this.frameBytes));
    }
    this.options.onLost(missing / this.options.call.rate);
  }

  private tellStop(): void {
    this.stopTold = true;
    this.socket?.send(JSON.stringify({ type: "stop" }));
  }

  private forget(position: number): void {
    this.acked = Math.max(this.acked, position);
    this.dropWhile(({ start, data }) => start + data.length / this.frameBytes <= this.acked);
  }

  private giveUpOldest(): void {
    const since = this.end - KEPT_SECONDS * this.options.call.rate;
    this.dropWhile(({ start }) => start < since);
  }

  private dropWhile(old: (piece: Kept) => boolean): void {
    const first = this.kept.findIndex((piece) => !old(piece));
    this.kept.splice(0, first < 0 ? this.kept.length : first);
  }
}

function startMessage(call: CallDescription): Record<string, unknown> {
  const { callId, rate, roles, language, agent = "", customer = "", consent } = call;
  const leg = { encoding: "pcm_s16le", rate, roles };
  return { type: "start", version: 1, call_id: callId, legs: [leg], language, agent, customer, consent };
}

function parse(data: unknown): ServerSays | null {
  if (typeof data !== "string") return null;
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" && value !== null && "type" in value ? (value as ServerSays) : null;
  } catch {
    return null; // whoever answers there speaks something else
  }
}

const browser: CallSurroundings = {
  open: (url, token) => openSocket(url, token) as AudioSocket,
  later: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
