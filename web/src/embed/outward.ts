// What the page around the sidebar is told of a message.

import type { CallState } from "../call/state.ts";
import { SAMPLE_RATE, type ServerMessage } from "../events.ts";
import type { AssistEvent } from "./api.ts";

/** The events of `message`, which turned `before` into `after`. */
export function outward(
  before: CallState,
  message: ServerMessage,
  after: CallState,
): readonly AssistEvent[] {
  if (after.callId === null) return [];
  if (message.type === "hello") return after.callId === before.callId ? [] : [started(after)];
  // A call that is not the one shown changes nothing and is nobody's business.
  if (message.call_id !== after.callId) return [];
  const happened = { callId: after.callId };
  if (message.type === "annotation") return [];
  if (message.type === "feedback") {
    if (before.feedback[message.suggestion] === message.action) return [];
    const detail = { ...happened, id: message.suggestion, answer: message.action };
    return [{ name: "suggestion-answered", detail }];
  }
  const timed = { ...happened, at: message.position / SAMPLE_RATE };
  switch (message.type) {
    case "tone": {
      const previous = before.tone?.label ?? null;
      if (previous === message.label) return [];
      const { label: tone, confidence, trend } = message;
      return [{ name: "tone-changed", detail: { ...timed, tone, previous, confidence, trend } }];
    }
    case "suggestion": {
      const { id, situation, say, language } = message;
      return [{ name: "suggestion", detail: { ...timed, id, situation, say, language } }];
    }
    case "call_ended": {
      const { reason, outcome, topic, summary } = message;
      return [{ name: "call-ended", detail: { ...timed, reason, outcome, topic, summary } }];
    }
    default:
      return [];
  }
}

function started(call: CallState): AssistEvent {
  const { callId, agent, customer, language, running } = call;
  const detail = { callId: callId ?? "", agent, customer, language, running };
  return { name: "call-started", detail };
}
