// Every sentence of the page; a language that lacks one does not compile.
// Numbers arrive already written in the language's own way.

import type { CallPhase, Role, ToneLabel } from "../events.ts";
import type { UiLanguage } from "../preferences.ts";

export interface Sentences {
  readonly title: string;
  readonly language: { readonly label: string } & Readonly<Record<UiLanguage, string>>;

  readonly connecting: string;
  readonly waiting: string;
  readonly live: string;
  readonly over: string;
  readonly lost: string;
  readonly reconnecting: string;
  readonly lostExplained: string;
  readonly signedOut: string;
  readonly signIn: string;
  readonly retry: string;
  readonly restored: string;
  readonly outdated: string;
  readonly reload: string;

  readonly tone: {
    readonly heading: string;
    readonly labels: Readonly<Record<ToneLabel, string>>;
    readonly certainty: Readonly<Record<"high" | "middle" | "low", string>>;
    readonly unsureExplained: string;
    readonly trend: Readonly<Record<"up" | "down" | "flat", string>>;
    readonly courseStart: string;
    readonly callStart: string;
    readonly now: string;
    readonly end: string;
    readonly courseSummary: (label: string, trend: string) => string;
    readonly warm: string;
    readonly tense: string;
    readonly why: string;
    readonly others: string;
    readonly stale: (seconds: string) => string;
    readonly frozen: string;
    readonly listening: string;
    readonly listeningExplained: string;
    readonly none: string;
    readonly noneExplained: string;
    readonly last: string;
    readonly voice: string;
    readonly words: string;
    readonly divided: (voice: string, words: string) => string;
    /** Where the voice, or the words, say nothing. */
    readonly silent: Readonly<Record<"voice" | "words", string>>;
    readonly lasting: (duration: string) => string;
  };

  readonly suggestion: {
    readonly heading: string;
    readonly why: string;
    readonly used: string;
    readonly dismiss: string;
    readonly next: string;
    readonly nextShort: string;
    readonly none: string;
    readonly confirmed: Readonly<Record<"used" | "dismissed" | "said" | "expired", string>>;
    readonly evidence: Readonly<Record<"words" | "tone" | "mechanics", string>>;
    readonly announced: (say: string) => string;
    readonly snoozed: (left: string) => string;
    readonly wake: string;
    readonly rephrase: {
      readonly heading: string;
      readonly original: string;
      readonly announced: (say: string) => string;
    };
  };

  /** What has to stand beside words that no person wrote. */
  readonly byMachine: string;

  readonly progress: {
    readonly phase: string;
    readonly phases: Readonly<Record<CallPhase, string>>;
    readonly steps: string;
    readonly stepsDone: (done: string, all: string) => string;
    readonly done: string;
    readonly open: string;
  };

  readonly promises: {
    readonly heading: string;
    readonly count: (count: number) => string;
    readonly due: string;
    readonly noDue: string;
    readonly compensation: string;
  };

  readonly gauges: {
    readonly heading: string;
    readonly talk: (share: string) => string;
    readonly pace: (words: string) => string;
    readonly silence: (seconds: string) => string;
    readonly monologue: (seconds: string) => string;
  };

  readonly transcript: {
    readonly heading: string;
    readonly roles: Readonly<Record<Role, string>>;
    readonly empty: string;
    readonly speaking: string;
    readonly doubtful: string;
    readonly newLines: (count: number) => string;
    readonly toNewest: string;
    readonly moment: string;
    readonly removeMoment: string;
  };

  /** What the agent does besides answering a suggestion: a word for the button, a title, news. */
  readonly actions: {
    readonly heading: string;
    readonly moment: string;
    readonly momentTitle: string;
    readonly momentTold: (clock: string) => string;
    readonly momentRemoved: string;
    readonly flag: string;
    readonly flagTitle: string;
    readonly lowerTitle: string;
    readonly flagged: (clock: string) => string;
    readonly lower: string;
    readonly lowered: string;
    readonly note: string;
    readonly noteTitle: string;
    readonly snooze: string;
    readonly snoozeTitle: (minutes: string) => string;
    readonly snoozed: (minutes: string) => string;
    readonly woken: string;
  };

  /** What a supervisor says to the agent in the call. */
  readonly whisper: {
    readonly heading: string;
    readonly seen: string;
    readonly announced: (text: string) => string;
  };

  readonly notes: {
    readonly heading: string;
    readonly placeholder: string;
    readonly saved: string;
    readonly saving: string;
    readonly close: string;
  };

  readonly customer: {
    readonly heading: string;
    readonly calls: (count: number) => string;
    readonly promises: (count: number) => string;
    readonly openPromises: string;
    readonly unknownTopic: string;
    readonly mood: string;
    readonly overdue: string;
    readonly kept: string;
    readonly close: string;
  };

  readonly trouble: {
    readonly noSound: (seconds: string) => string;
    readonly gap: (seconds: string, who: string, reason: string) => string;
    readonly sound: Readonly<Record<string, string>>;
    readonly gapReasons: Readonly<Record<string, string>>;
    readonly gapReasonOther: string;
    readonly fault: string;
    readonly degraded: Readonly<Record<string, string>>;
    readonly degradedOther: string;
    /** By a note's code; a note without an entry is shown as the server wrote it. */
    readonly notes: Readonly<Record<string, string>>;
  };

  readonly ended: {
    readonly reasons: Readonly<Record<string, string>>;
    readonly reasonOther: string;
    readonly duration: string;
    readonly suggestions: string;
    readonly usedOf: (used: number, all: number) => string;
    readonly noSuggestions: string;
    readonly lastTone: string;
    readonly outcome: string;
    readonly outcomes: Readonly<Record<"solved" | "unsolved" | "open", string>>;
    readonly topic: string;
    /** By a topic's id, as in docs/record.md. */
    readonly topics: Readonly<Record<string, string>>;
    readonly correct: string;
    readonly corrected: string;
    readonly unclear: string;
    readonly anotherSample: string;
  };

  readonly samples: {
    readonly welcome: string;
    readonly explained: string;
    readonly heading: string;
    readonly play: string;
    readonly playing: string;
    readonly languages: Readonly<Record<string, string>>;
    readonly failed: string;
    readonly listFailed: string;
    readonly ownVoice: string;
  };

  readonly help: {
    readonly open: string;
    readonly heading: string;
    readonly explained: string;
    readonly enabled: string;
    readonly snoozeFor: string;
    readonly minutes: (count: string) => string;
    readonly leaveField: string;
    readonly toNewest: string;
    readonly showHelp: string;
    readonly earlierCalls: string;
    readonly seen: string;
  };

  readonly units: {
    readonly minutesSeconds: (minutes: string, seconds: string) => string;
    readonly seconds: (seconds: string) => string;
  };
}
