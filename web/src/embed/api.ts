// What a page that embeds the sidebar may rely on; published as /embed/call-assist.d.ts.
// This file imports nothing, so that its types stand by themselves.

/** The caller's tone; "unsure" is an answer. */
export type AssistTone = "angry" | "happy" | "sad" | "neutral" | "unsure";

export type AssistLanguage = "tr" | "en";

/**
 * What the sidebar tells, by name. Of a call that was running before, everything since its
 * beginning is told first, in order; `at` is in seconds since the call began.
 */
export interface AssistEvents {
  "call-started": {
    readonly callId: string;
    readonly agent: string;
    readonly customer: string;
    /** "tr", "en", or empty while it is still to be found. */
    readonly language: string;
    /** False for a call that was over before the sidebar came to it. */
    readonly running: boolean;
  };
  /** Another tone than before, or the first one. */
  "tone-changed": {
    readonly callId: string;
    readonly at: number;
    readonly tone: AssistTone;
    readonly previous: AssistTone | null;
    /** 0…1 */
    readonly confidence: number;
    /** −1…1, positive when the caller warms up. */
    readonly trend: number;
  };
  suggestion: {
    readonly callId: string;
    readonly at: number;
    readonly id: string;
    readonly situation: string;
    readonly say: string;
    readonly language: string;
  };
  /** What the agent did with a suggestion. */
  "suggestion-answered": {
    readonly callId: string;
    readonly id: string;
    /** "used" or "dismissed"; other answers may come in time. */
    readonly answer: string;
  };
  "call-ended": {
    readonly callId: string;
    readonly at: number;
    readonly reason: string;
    /** "solved", "unsolved", "open", or empty. */
    readonly outcome: string;
    readonly topic: string;
    readonly summary: string;
  };
  "connection-changed": {
    readonly connection: "connecting" | "open" | "lost" | "reconnecting" | "signed_out";
  };
}

export type AssistEventName = keyof AssistEvents;

/** One event with its name, as a frame sends it. */
export type AssistEvent = {
  readonly [name in AssistEventName]: { readonly name: name; readonly detail: AssistEvents[name] };
}[AssistEventName];

/** What may be set, as attributes of the element or by a message to the frame. */
export interface AssistSettings {
  /** A call's id, or "latest". */
  readonly call?: string;
  readonly language?: AssistLanguage;
  /** Empty for the system's own. */
  readonly theme?: "light" | "dark" | "";
}

/** What the page around a frame sends into it. */
export type MessageToFrame =
  | { readonly type: "assist:hello"; readonly version: 1 }
  | ({ readonly type: "assist:set" } & AssistSettings);

/** What a frame sends to the page around it. */
export type MessageFromFrame =
  | { readonly type: "assist:waiting"; readonly version: 1 }
  | { readonly type: "assist:ready"; readonly version: 1 }
  | ({ readonly type: "assist:event" } & AssistEvent)
  | { readonly type: "assist:refused"; readonly reason: string };

/** `<call-assist server="https://assist.example"></call-assist>` */
export interface CallAssistElement extends HTMLElement {
  /** The server's address; that of the page by default. */
  server: string;
  call: string;
  language: string;
  theme: string;
  addEventListener<Name extends AssistEventName>(
    name: Name,
    listener: (event: CustomEvent<AssistEvents[Name]>) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    name: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

/** The sidebar in a frame, as the page around it holds it. */
export interface AssistFrame {
  set(settings: AssistSettings): void;
  /** Stops listening; the frame itself stays. */
  close(): void;
}

/** Shows the sidebar of `server` in a frame and calls `listener` with everything it tells. */
export declare function connectAssistFrame(
  frame: HTMLIFrameElement,
  server: string,
  listener: (event: AssistEvent) => void,
  settings?: AssistSettings,
): AssistFrame;
