// The frame's side: what the page around it may say, and that nobody else is listened to.
//
// A browser shows the frame only in pages that `frame-ancestors` names (server.allowed_origins).
// Whoever says hello first from there is the one that is told things, at that origin alone.

import { isUiLanguage } from "../preferences.ts";
import type { AssistEvent, AssistSettings, MessageFromFrame } from "./api.ts";

const MOST_WAITING = 500;
const CALL_ID = /^[A-Za-z0-9][A-Za-z0-9._:@+=~-]{0,127}$/;
const THEMES = new Set(["", "light", "dark"]);

/** The little of a window that is used here, so that a test can stand in for it. */
export interface Host {
  postMessage(message: MessageFromFrame, origin: string): void;
}

export class Bridge {
  private readonly host: Host;
  private readonly apply: (settings: AssistSettings) => void;
  private origin: string | null = null;
  private waiting: AssistEvent[] = [];

  constructor(host: Host, apply: (settings: AssistSettings) => void) {
    this.host = host;
    this.apply = apply;
  }

  /** Says that the frame is there; nothing in it is anybody's secret. */
  open(): void {
    this.host.postMessage({ type: "assist:waiting", version: 1 }, "*");
  }

  /** Tells the page around; what comes before its hello waits for it. */
  tell(event: AssistEvent): void {
    if (this.origin !== null) return this.say({ type: "assist:event", ...event });
    this.waiting.push(event);
    // A page that never says hello wants no events, only the picture.
    if (this.waiting.length > MOST_WAITING) this.waiting.shift();
  }

  receive(source: unknown, origin: string, data: unknown): void {
    if (source !== this.host || !isMessage(data)) return;
    if (this.origin !== null && origin !== this.origin) return;
    if (data.type === "assist:hello") this.greeted(origin, data["version"]);
    else if (data.type === "assist:set" && this.origin !== null) this.set(data);
  }

  private greeted(origin: string, version: unknown): void {
    if (!/^https?:/.test(origin)) return; // a page without an origin cannot be answered safely
    if (version !== 1) {
      const reason = `This sidebar speaks version 1, not ${String(version)}.`;
      return this.host.postMessage({ type: "assist:refused", reason }, origin);
    }
    this.origin = origin;
    this.say({ type: "assist:ready", version: 1 });
    for (const event of this.waiting.splice(0)) this.say({ type: "assist:event", ...event });
  }

  private set(data: Message): void {
    const { call, language, theme } = data;
    if (call !== undefined && !(typeof call === "string" && CALL_ID.test(call))) {
      return this.refuse("`call` must be a call's id or \"latest\".");
    }
    if (language !== undefined && !isUiLanguage(language as string)) {
      return this.refuse('`language` must be "tr" or "en".');
    }
    if (theme !== undefined && !THEMES.has(theme as string)) {
      return this.refuse('`theme` must be "light", "dark" or "".');
    }
    this.apply({
      ...(call !== undefined && { call }),
      ...(language !== undefined && { language: language as "tr" | "en" }),
      ...(theme !== undefined && { theme: theme as "light" | "dark" | "" }),
    });
  }

  private refuse(reason: string): void {
    this.say({ type: "assist:refused", reason });
  }

  private say(message: MessageFromFrame): void {
    if (this.origin !== null) this.host.postMessage(message, this.origin);
  }
}

type Message = { readonly type: string } & Readonly<Record<string, unknown>>;

function isMessage(data: unknown): data is Message {
  return typeof data === "object" && data !== null && typeof (data as Message).type === "string";
}
