// How a page of your own uses the sidebar. Everything it may rely on is in call-assist.d.ts.

import { connectAssistFrame } from "./call-assist.js";

const server = new URL("..", import.meta.url).href; // "https://assist.example" from another site
const place = document.querySelector("#place");
const language = document.querySelector("#language");

/** What this page does with what the sidebar tells it: writes it down as text. */
function told({ name, detail }) {
  const line = document.createElement("li");
  line.dataset.event = name;
  line.textContent = `${name}: ${sentences[name]?.(detail) ?? detail.connection}`;
  document.querySelector("#log").prepend(line);
  if (name === "call-started") say(detail.running ? "On the telephone." : "The last call.");
  if (name === "call-ended") say(detail.summary || "The call is over.");
}

const sentences = {
  "call-started": ({ callId }) => callId,
  "tone-changed": ({ at, tone, previous }) => `${previous ?? "nothing"} → ${tone} at ${at.toFixed(0)} s`,
  suggestion: ({ say: words }) => words,
  "suggestion-answered": ({ answer }) => answer,
  "call-ended": ({ outcome }) => outcome || "not known how",
};

function say(text) {
  document.querySelector("#state").textContent = text;
}

if (location.search === "?frame") {
  const frame = document.createElement("iframe");
  frame.title = "Call assist";
  const sidebar = connectAssistFrame(frame, server, told);
  language.addEventListener("change", () => {
    if (language.value) sidebar.set({ language: language.value });
  });
  place.append(frame);
} else {
  const sidebar = document.createElement("call-assist");
  sidebar.setAttribute("server", server);
  const names = [...Object.keys(sentences), "connection-changed"];
  for (const name of names) {
    sidebar.addEventListener(name, ({ detail }) => told({ name, detail }));
  }
  language.addEventListener("change", () => sidebar.setAttribute("language", language.value));
  place.append(sidebar);
}
