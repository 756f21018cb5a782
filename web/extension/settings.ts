// What the agent has set, and what the parts of the extension tell each other.

import type { Problem, Recording } from "../src/capture/recorder.ts";
import { NO_RECORDING } from "../src/capture/recorder.ts";

/** Kept in this browser. */
export interface Settings {
  /** "https://assist.example"; empty until it is set. */
  readonly server: string;
  /** What the server lets the agent in with; empty where it asks for nothing. */
  readonly session: string;
  readonly agent: string;
  /** The agent has read what is recorded and where it goes. */
  readonly noticeAccepted: boolean;
  /** Whether the caller agreed to their tone being estimated, as said for the last call. */
  readonly consent: boolean;
}

export const NO_SETTINGS: Settings = {
  server: "",
  session: "",
  agent: "",
  noticeAccepted: false,
  consent: false,
};

/** Kept while the browser runs. */
export interface Session {
  /** The tab on which the extension was last called; only that one may be heard. */
  readonly tab: { readonly id: number; readonly title: string } | null;
  readonly recording: Recording;
}

export const NO_SESSION: Session = { tab: null, recording: NO_RECORDING };

/** What the background is asked; it answers a `start` with the problem, or null. */
export type ToBackground =
  | { readonly to: "background"; readonly type: "start" }
  | { readonly to: "background"; readonly type: "opened" }
  | { readonly to: "background"; readonly type: "recording"; readonly recording: Recording };

export type ToOffscreen =
  | {
      readonly to: "offscreen";
      readonly type: "start";
      readonly streamId: string;
      readonly settings: Settings;
    }
  | { readonly to: "offscreen"; readonly type: "stop" };

export type StartAnswer = Problem | null;

/** How loud it is goes ten times a second, past the background, which may sleep meanwhile. */
export const LEVELS = "assist-levels";

export async function loadSettings(): Promise<Settings> {
  return { ...NO_SETTINGS, ...(await chrome.storage.local.get(NO_SETTINGS)) };
}

export async function saveSettings(changes: Partial<Settings>): Promise<void> {
  await chrome.storage.local.set(changes);
}

export async function loadSession(): Promise<Session> {
  return { ...NO_SESSION, ...(await chrome.storage.session.get(NO_SESSION)) };
}

export async function saveSession(changes: Partial<Session>): Promise<void> {
  await chrome.storage.session.set(changes);
}
