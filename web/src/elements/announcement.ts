// What a screen reader is told unasked: little, and only what changes what the agent does.

import { unread } from "../call/marks.ts";
import { currentSuggestion, phase, type CallState } from "../call/state.ts";
import type { Texts } from "../texts/texts.ts";

/** The sentence that the step from `before` to `after` deserves, or null. */
export function announcement(texts: Texts, before: CallState, after: CallState): string | null {
  const { say } = texts;
  if (phase(before) !== phase(after)) {
    return { waiting: say.waiting, live: say.live, ended: say.over }[phase(after)];
  }
  if (after.marks !== before.marks) {
    const words = unread(after.marks).at(-1);
    const known = unread(before.marks).some(({ about }) => about === words?.about);
    if (words && !known) return say.whisper.announced(words.text);
  }
  const suggestion = currentSuggestion(after);
  if (suggestion && suggestion.id !== currentSuggestion(before)?.id) {
    const { announced, rephrase } = say.suggestion;
    return suggestion.kind === "rephrase" ? rephrase.announced(suggestion.say) : announced(suggestion.say);
  }
  if (after.steadyTone && after.steadyTone !== before.steadyTone) {
    return `${say.tone.heading}: ${texts.label(after.steadyTone)}`;
  }
  return null;
}
