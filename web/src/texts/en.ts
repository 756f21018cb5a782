import type { Sentences } from "./sentences.ts";

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many);

export const en: Sentences = {
  title: "Call assist",
  language: { label: "Language of this page", tr: "Türkçe", en: "English" },

  connecting: "Connecting…",
  waiting: "Waiting for a call",
  live: "Live",
  over: "Call ended",
  lost: "Connection lost",
  reconnecting: "Reconnecting…",
  lostExplained: "What you see is from before. The page goes on by itself.",
  retry: "Try now",
  restored: "Connected again",
  outdated: "This page is older than the server. Please reload it.",
  reload: "Reload",

  tone: {
    heading: "Caller's tone",
    labels: { angry: "Angry", happy: "Happy", sad: "Sad", neutral: "Calm", unsure: "Not sure" },
    certainty: { high: "Quite sure", middle: "Fairly sure", low: "Leaning this way" },
    unsureExplained: "The voice gives no clear sign",
    trend: { up: "Easing", down: "Getting tenser", flat: "Steady" },
    courseStart: "2 min ago",
    callStart: "start",
    now: "now",
    end: "end",
    courseSummary: (label, trend) => `The last two minutes of the caller's tone. Now: ${label}, ${trend}.`,
    warm: "warm",
    tense: "tense",
    why: "Why?",
    others: "How likely each is (an estimate)",
    stale: (seconds) => `No new sign for ${seconds} s`,
    frozen: "From before",
    listening: "Listening for the caller's tone",
    listeningExplained: "The first sign comes after a few seconds of the caller's speech.",
    none: "The tone is not estimated",
    noneExplained: "Tone is estimated only on the caller's own channel, with the caller's consent.",
    last: "At the end",
  },

  suggestion: {
    heading: "Try saying",
    why: "Why",
    used: "I said it",
    dismiss: "Dismiss",
    next: "Another wording",
    nextShort: "Another",
    none: "Nothing to suggest right now",
    confirmed: {
      used: "Noted: you said it",
      dismissed: "Dismissed",
      said: "You said it",
      expired: "The moment has passed",
    },
    evidence: { words: "Said", tone: "Heard in the voice", mechanics: "Seen in the conversation" },
    announced: (say) => `Suggestion: ${say}`,
  },

  gauges: {
    heading: "Worth a glance",
    talk: (share) => `You do most of the talking: ${share}`,
    pace: (words) => `You speak fast: ${words} words a minute`,
    silence: (seconds) => `Silence for ${seconds} s`,
    monologue: (seconds) => `You have been talking for ${seconds} s`,
  },

  transcript: {
    heading: "Conversation",
    roles: { agent: "You", caller: "Caller", mixed: "Call" },
    empty: "The words of both sides appear here.",
    speaking: "speaking",
    doubtful: "hard to hear",
    newLines: (count) => `${count} new ${plural(count, "line", "lines")}`,
  },

  trouble: {
    gap: (seconds, who, reason) => `${seconds} s of ${who} lost: ${reason}`,
    sound: { agent: "your sound", caller: "the caller's sound", mixed: "sound", "": "sound" },
    gapReasons: {
      overload: "the server was too busy",
      missing: "it never arrived",
      discarded: "the telephone system dropped it",
      fault: "a part of the server failed",
    },
    gapReasonOther: "unknown reason",
    fault: "A part of the server was restarted. The call goes on.",
    degraded: {
      partials: "The server is busy: words appear only when a turn is finished.",
    },
    degradedOther: "The server is busy: some things come late.",
    notes: {
      no_consent: "The caller has not agreed, so the tone is not estimated; there are words only.",
      mixed_channel: "Both sides are on one channel, so the tone is not estimated: your voice is in it.",
      no_caller: "There is no caller's channel, so the tone is not estimated.",
      tone_off: "The tone estimate is switched off on this server.",
    },
  },

  ended: {
    reasons: {
      stop: "The call was ended.",
      end_of_file: "The recording is over.",
      disconnected: "The line was cut.",
      shutdown: "The server was stopped.",
    },
    reasonOther: "The call is over.",
    duration: "Duration",
    suggestions: "Suggestions",
    usedOf: (used, all) => `${used} of ${all} used`,
    noSuggestions: "none",
    lastTone: "Caller at the end",
    anotherSample: "Play a sample call",
  },

  samples: {
    welcome: "Ready when the phone rings",
    explained: "As soon as a call starts, its words, the caller's tone and what to say next appear here.",
    heading: "Try it with a sample call",
    play: "Play",
    playing: "Starting…",
    languages: { tr: "Turkish", en: "English" },
    failed: "The sample could not be started.",
    listFailed: "The sample calls could not be listed.",
  },

  help: {
    open: "Keyboard shortcuts",
    heading: "Keyboard",
    explained: "They do nothing while you type in a field.",
    enabled: "Shortcuts on",
  },

  units: { minutesSeconds: (minutes, seconds) => `${minutes} min ${seconds} s`, seconds: (s) => `${s} s` },
};
