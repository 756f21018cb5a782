// One recording: from the question for the microphone to the last word that the server has.

import type { Role } from "../events.ts";
import type { Block } from "./blocks.ts";
import { capture, type Capture } from "./capture.ts";
import { NativeCall, type CallPhase, type Failure } from "./native.ts";

/** Why there is no recording, or what is wrong with it. */
export type ProblemCode =
  | Failure["code"]
  | "denied" // the microphone
  | "no_microphone"
  | "insecure" // browsers give a microphone to safe pages only
  | "caller_gone" // the sound of that side ended by itself
  | "agent_gone"
  | "not_invoked" // the extension was not called on the tab that it should hear
  | "failed";

export interface Problem {
  readonly code: ProblemCode;
  /** Somebody else's words for it, in English; often empty. */
  readonly sentence: string;
}

export interface Recording {
  readonly phase: "idle" | "asking" | CallPhase;
  /** Empty until the server has taken the call. */
  readonly callId: string;
  /** When the server took it, in milliseconds since 1970. */
  readonly since: number;
  /** Seconds that the server will never have. */
  readonly lost: number;
  readonly problem: Problem | null;
}

export const NO_RECORDING: Recording = {
  phase: "idle",
  callId: "",
  since: 0,
  lost: 0,
  problem: null,
};

/** Whether a microphone or a tab is being listened to. */
export function isListening({ phase }: Recording): boolean {
  return phase === "connecting" || phase === "running" || phase === "reconnecting";
}

/** Whether a new recording may begin. */
export function isIdle({ phase }: Recording): boolean {
  return phase === "idle" || phase === "ended" || phase === "failed";
}

export interface RecordingOptions {
  /** The server's address, as in "http://127.0.0.1:8765". */
  readonly server: string;
  /** What the server lets this program in with, where the browser has no cookie for it. */
  readonly token?: string;
  readonly worklet: string;
  /** The first part of the call's id. */
  readonly prefix: string;
  readonly roles: readonly Role[];
  /** A stream for each role; may ask the user. */
  readonly streams: () => Promise<readonly MediaStream[]>;
  readonly language: "tr" | "en" | "auto";
  readonly agent?: string;
  readonly consent: boolean;
}

/** An error with a code that the page has a sentence for. */
export class RecordingError extends Error {
  readonly code: ProblemCode;

  constructor(code: ProblemCode, message = "") {
    super(message);
    this.code = code;
  }
}

const LEVELS_EVERY = 5; // blocks

export class Recorder {
  private readonly onChange: (recording: Recording) => void;
  private readonly onLevels: (peaks: readonly number[]) => void;
  private known = NO_RECORDING;
  private call: NativeCall | null = null;
  private capture: Capture | null = null;
  private streams: readonly MediaStream[] = [];
  private stopped = false;
  private early: ArrayBuffer[] = [];
  private blocks = 0;
  private peaks: readonly number[] = [];

  constructor(
    onChange: (recording: Recording) => void,
    onLevels: (peaks: readonly number[]) => void,
  ) {
    this.onChange = onChange;
    this.onLevels = onLevels;
  }

  get recording(): Recording {
    return this.known;
  }

  /** Begins a call of its own; what goes wrong is told by `onChange`. */
  async start(options: RecordingOptions): Promise<void> {
    if (!isIdle(this.known)) return;
    this.stopped = false;
    this.early = [];
    this.change({ ...NO_RECORDING, phase: "asking" });
    try {
      this.streams = await options.streams();
      if (this.stopped) return await this.finish({ phase: "ended" });
      this.watch(options.roles);
      this.capture = await capture(this.streams, options.worklet, (block) => this.heard(block));
      if (this.stopped) return await this.finish({ phase: "ended" });
      this.begin(options, this.capture.rate);
    } catch (error) {
      await this.finish({ phase: "failed", problem: problemOf(error) });
    }
  }

  stop(): void {
    this.stopped = true;
    this.call?.stop();
  }

  private begin(options: RecordingOptions, rate: number): void {
    const { server, token = "", prefix, roles, language, agent = "", consent } = options;
    const callId = `${prefix}-${crypto.randomUUID()}`;
    this.call = new NativeCall({
      url: `${server.replace(/^http/, "ws")}/api/ingest`,
      token,
      call: { callId, rate, roles, language, agent, consent },
      onPhase: (phase, failure) => this.entered(callId, phase, failure),
      onLost: (seconds) => this.change({ lost: this.known.lost + seconds }),
    });
    this.call.start();
    for (const pcm of this.early.splice(0)) this.call.send(pcm);
  }

  private entered(callId: string, phase: CallPhase, failure: Failure | null): void {
    if (phase === "ended" || phase === "failed") {
      void this.finish(failure ? { phase, problem: failure } : { phase });
    } else if (phase === "running" && this.known.callId === "") {
      this.change({ phase, callId, since: Date.now() });
    } else {
      this.change({ phase });
    }
    if (phase === "stopping") void this.release();
  }

  private heard({ pcm, peaks }: Block): void {
    if (this.call) this.call.send(pcm);
    else this.early.push(pcm);
    this.peaks = peaks.map((peak, channel) => Math.max(peak, this.peaks[channel] ?? 0));
    this.blocks += 1;
    if (this.blocks % LEVELS_EVERY !== 0) return;
    this.onLevels(this.peaks);
    this.peaks = [];
  }

  /** A source may go away by itself: a closed tab, a pulled plug. */
  private watch(roles: readonly Role[]): void {
    this.streams.forEach((stream, index) => {
      for (const track of stream.getAudioTracks()) {
        track.onended = () => this.gone(roles[index] === "agent" ? "agent_gone" : "caller_gone");
      }
    });
  }

  private gone(code: "agent_gone" | "caller_gone"): void {
    this.change({ problem: { code, sentence: "" } });
    // Without the agent's microphone the caller is still worth hearing.
    if (code === "caller_gone") this.stop();
  }

  private async finish(how: Partial<Recording>): Promise<void> {
    this.call = null;
    await this.release();
    this.change(how);
  }

  /** Lets go of the microphone and the tab. */
  private async release(): Promise<void> {
    const { capture: listening, streams } = this;
    this.capture = null;
    this.streams = [];
    for (const track of streams.flatMap((stream) => stream.getTracks())) {
      track.onended = null;
      track.stop();
    }
    await listening?.stop();
  }

  private change(changes: Partial<Recording>): void {
    this.known = { ...this.known, ...changes };
    this.onChange(this.known);
  }
}

/** The microphone as it is: what software does to a voice changes its tone. */
export async function openMicrophone({ echoCancellation }: { echoCancellation: boolean }): Promise<MediaStream> {
  // Missing where the page came neither by HTTPS nor from this machine, whatever the types say.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices) throw new RecordingError("insecure");
  const audio = { echoCancellation, noiseSuppression: false, autoGainControl: false };
  return devices.getUserMedia({ audio });
}

const DENIED = new Set(["NotAllowedError", "SecurityError"]);
const MISSING = new Set(["NotFoundError", "NotReadableError", "OverconstrainedError"]);

function problemOf(error: unknown): Problem {
  if (error instanceof RecordingError) return { code: error.code, sentence: error.message };
  const { name, message } = error as Error;
  if (DENIED.has(name)) return { code: "denied", sentence: "" };
  if (MISSING.has(name)) return { code: "no_microphone", sentence: "" };
  return { code: "failed", sentence: message };
}
