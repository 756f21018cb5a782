// The sidebar in a frame of another page: settings come by the address or by messages, and what
// happens in the call goes out.

import "../page.ts";
import "../elements/call-assist.ts";
import type { CallAssist } from "../elements/call-assist.ts";
import type { AssistEvent, AssistEventName, AssistSettings } from "./api.ts";
import { Bridge } from "./bridge.ts";

const NAMES: readonly AssistEventName[] = [
  "call-started",
  "tone-changed",
  "suggestion",
  "suggestion-answered",
  "call-ended",
  "connection-changed",
];

const sidebar = document.querySelector("call-assist") as CallAssist;

function apply(settings: AssistSettings): void {
  Object.assign(sidebar, settings);
}

const asked = Object.fromEntries(new URLSearchParams(location.search));
const { call, language, theme } = asked;
apply({
  ...(call && { call }),
  ...(language && { language: language as "tr" | "en" }),
  ...(theme && { theme: theme as "light" | "dark" }),
});

if (window.parent !== window) {
  const bridge = new Bridge(window.parent, apply);
  for (const name of NAMES) {
    sidebar.addEventListener(name, (event) => {
      bridge.tell({ name, detail: (event as CustomEvent).detail } as AssistEvent);
    });
  }
  window.addEventListener("message", ({ source, origin, data }) =>
    bridge.receive(source, origin, data),
  );
  bridge.open();
}
