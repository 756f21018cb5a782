// The page's words in one language, with its numbers, times and shares.

import type { ToneLabel } from "../events.ts";
import { regional, type UiLanguage } from "../preferences.ts";
import { en } from "./en.ts";
import type { Sentences } from "./sentences.ts";
import { tr } from "./tr.ts";

export class Texts {
  readonly language: UiLanguage;
  readonly say: Sentences;
  private readonly whole: Intl.NumberFormat;
  private readonly tenth: Intl.NumberFormat;
  private readonly hundredth: Intl.NumberFormat;
  private readonly withSign: Intl.NumberFormat;
  private readonly share: Intl.NumberFormat;

  readonly locale: string;

  /**
   * `locale` is the reader's kind of the language, as in en-GB: it writes dates and numbers.
   * `say` is left out but where the reader is not the agent.
   */
  constructor(
    language: UiLanguage,
    locale: string = language,
    say: Sentences = language === "tr" ? tr : en,
  ) {
    this.language = language;
    this.locale = locale;
    this.say = say;
    this.whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
    this.tenth = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
    this.hundredth = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
    this.withSign = new Intl.NumberFormat(locale, {
      maximumFractionDigits: 0,
      signDisplay: "exceptZero",
    });
    this.share = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 });
  }

  integer(value: number): string {
    return this.whole.format(value);
  }

  decimal(value: number): string {
    return this.tenth.format(value);
  }

  /** A whole number with its sign: +15, −8. */
  signed(value: number): string {
    return this.withSign.format(value);
  }

  /** To two places: 0.75, 1.5. */
  factor(value: number): string {
    return this.hundredth.format(value);
  }

  percent(value: number): string {
    return this.share.format(value);
  }

  /** Seconds as a clock: 2:05, or 1:02:05 from an hour on. */
  clock(seconds: number): string {
    const total = Math.max(0, Math.floor(seconds));
    const hours = Math.floor(total / 3600);
    const minutes = Math.floor((total % 3600) / 60);
    const two = (value: number): string => String(value).padStart(2, "0");
    const tail = two(total % 60);
    return hours > 0 ? `${hours}:${two(minutes)}:${tail}` : `${minutes}:${tail}`;
  }

  /** Seconds in words, as a screen reader should say them: "2 min 5 s". */
  duration(seconds: number): string {
    const total = Math.max(0, Math.floor(seconds));
    const { minutesSeconds, seconds: onlySeconds } = this.say.units;
    if (total < 60) return onlySeconds(this.integer(total));
    return minutesSeconds(this.integer(Math.floor(total / 60)), this.integer(total % 60));
  }

  /** A day as people say it, seen from `today`: "yesterday", "Thu 12 Nov", "12 Nov 2025". */
  day(date: Date, today: Date): string {
    const ahead = daysBetween(today, date);
    if (Math.abs(ahead) <= 1) {
      return new Intl.RelativeTimeFormat(this.locale, { numeric: "auto" }).format(ahead, "day");
    }
    const near = Math.abs(ahead) < 180;
    return new Intl.DateTimeFormat(this.locale, {
      day: "numeric",
      month: "short",
      ...(near ? { weekday: "short" } : { year: "numeric" }),
    }).format(date);
  }

  /** A day with the time of day. */
  moment(date: Date, today: Date): string {
    const time = new Intl.DateTimeFormat(this.locale, { hour: "2-digit", minute: "2-digit" });
    return `${this.day(date, today)} ${time.format(date)}`;
  }

  label(label: ToneLabel): string {
    return this.say.tone.labels[label];
  }

  /** A label within a line. */
  labelInside(label: ToneLabel): string {
    return this.label(label).toLocaleLowerCase(this.language);
  }

  /** How sure a label is, in words and as a share. */
  certainty(confidence: number): string {
    const { high, low, middle } = this.say.tone.certainty;
    const word = confidence >= 0.8 ? high : confidence >= 0.65 ? middle : low;
    return `${word} · ${this.percent(confidence)}`;
  }

  /** First letter in capitals by the rule of the text's own language (i → İ in Turkish). */
  capitalised(text: string, language: string = this.language): string {
    const [first = "", ...rest] = text;
    return first.toLocaleUpperCase(language || this.language) + rest.join("");
  }
}

/** The words in a language, written as this reader's browser writes dates and numbers. */
export function textsIn(language: UiLanguage): Texts {
  return new Texts(language, regional(language, navigator.languages));
}

/** Whole days of the calendar from one to the other. */
function daysBetween(from: Date, to: Date): number {
  const day = (date: Date): number => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((day(to) - day(from)) / 86_400_000);
}

export type Trend = "up" | "down" | "flat";

/** The direction of a tone's trend (−1…1, positive when the caller warms up). */
export function trendOf(value: number): Trend {
  if (value > 0.15) return "up";
  return value < -0.15 ? "down" : "flat";
}
