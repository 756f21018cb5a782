// The page's side of a sidebar in a frame: who is listened to, and who is spoken to.

import type {
  AssistEvent,
  AssistFrame,
  AssistSettings,
  MessageFromFrame,
  MessageToFrame,
} from "./api.ts";

export function connectAssistFrame(
  frame: HTMLIFrameElement,
  server: string,
  listener: (event: AssistEvent) => void,
  settings: AssistSettings = {},
): AssistFrame {
  const address = new URL(`${server.replace(/\/$/, "")}/embed`, document.baseURI);
  let known = settings;
  let ready = false;

  const send = (message: MessageToFrame): void =>
    frame.contentWindow?.postMessage(message, address.origin);

  const received = (event: MessageEvent<MessageFromFrame>): void => {
    if (event.source !== frame.contentWindow || event.origin !== address.origin) return;
    const { data } = event;
    switch (data.type) {
      case "assist:waiting": // at first, and again after the frame was loaded anew
        ready = false;
        return send({ type: "assist:hello", version: 1 });
      case "assist:ready":
        ready = true;
        return send({ type: "assist:set", ...known });
      case "assist:event":
        return listener({ name: data.name, detail: data.detail } as AssistEvent);
      case "assist:refused":
        return console.warn(`The sidebar refused a message: ${data.reason}`);
    }
  };

  window.addEventListener("message", received);
  frame.src = address.href; // after listening, so that its first word is heard
  return {
    set(more) {
      known = { ...known, ...more };
      if (ready) send({ type: "assist:set", ...more });
    },
    close: () => window.removeEventListener("message", received),
  };
}
