// The words of the list of calls. A language that lacks one does not compile.

import type { UiLanguage } from "../../preferences.ts";
import type { Field } from "./search.ts";

export interface CallsTexts {
  readonly heading: string;
  readonly words: string;
  readonly placeholder: string;
  readonly find: string;
  readonly filters: string;
  readonly fields: Readonly<Record<Exclude<Field, "q">, string>>;
  readonly anything: string;
  readonly minutes: string;
  readonly clear: string;
  readonly without: (filter: string) => string;
  readonly atLeast: (name: string, value: string) => string;
  readonly atMost: (name: string, value: string) => string;
  readonly duration: string;
  readonly score: string;
  readonly views: string;
  readonly saveView: string;
  readonly viewName: string;
  readonly save: string;
  readonly forget: (name: string) => string;
  readonly shown: (count: string, more: boolean) => string;
  readonly none: string;
  readonly noneYet: string;
  readonly more: string;
  readonly download: string;
  readonly columns: Readonly<
    Record<"when" | "who" | "about" | "tone" | "outcome" | "duration" | "score", string>
  >;
  readonly unscored: string;
  readonly recorded: string;
  readonly keys: readonly (readonly [keys: readonly string[], meaning: string])[];
  readonly hitAt: (clock: string) => string;
}

const tr: CallsTexts = {
  heading: "Görüşmeler",
  words: "Konuşmalarda geçen sözcükler",
  placeholder: "Sözcük ara…",
  find: "Ara",
  filters: "Süzgeçler",
  fields: {
    situation: "Durum",
    tone: "Ses tonu",
    outcome: "Sonuç",
    topic: "Konu",
    agent: "Temsilci",
    customer: "Müşteri",
    language: "Dil",
    from: "Şu günden",
    to: "Şu güne",
    min_duration: "En az süre",
    max_duration: "En çok süre",
    min_score: "En az puan",
    max_score: "En çok puan",
  },
  anything: "Hepsi",
  minutes: "dk",
  clear: "Aramayı temizle",
  without: (filter) => `Süzgeci kaldır: ${filter}`,
  atLeast: (name, value) => `${name} ≥ ${value}`,
  atMost: (name, value) => `${name} ≤ ${value}`,
  duration: "Süre",
  score: "Puan",
  views: "Kayıtlı aramalar",
  saveView: "Bu aramayı kaydet",
  viewName: "Aramanın adı",
  save: "Kaydet",
  forget: (name) => `Kayıtlı aramayı sil: ${name}`,
  shown: (count, more) => (more ? `İlk ${count} görüşme` : `${count} görüşme`),
  none: "Bu aramaya uyan görüşme yok.",
  noneYet: "Henüz görüşme yok.",
  more: "Daha fazla göster",
  download: "Bu aramayı indir",
  columns: {
    when: "Zaman",
    who: "Temsilci · Müşteri",
    about: "Konu",
    tone: "Ses tonu",
    outcome: "Sonuç",
    duration: "Süre",
    score: "Puan",
  },
  unscored: "puanlanmadı",
  recorded: "ses kaydı var",
  keys: [
    [["/"], "arama alanı"],
    [["↑", "↓"], "satırlar"],
    [["Enter"], "aç"],
  ],
  hitAt: (clock) => `${clock} anına git`,
};

const en: CallsTexts = {
  heading: "Calls",
  words: "Words that were said",
  placeholder: "Search for words…",
  find: "Search",
  filters: "Filters",
  fields: {
    situation: "Situation",
    tone: "Tone",
    outcome: "Outcome",
    topic: "About",
    agent: "Agent",
    customer: "Customer",
    language: "Language",
    from: "From day",
    to: "To day",
    min_duration: "Shortest",
    max_duration: "Longest",
    min_score: "Lowest score",
    max_score: "Highest score",
  },
  anything: "Any",
  minutes: "min",
  clear: "Clear the search",
  without: (filter) => `Remove the filter: ${filter}`,
  atLeast: (name, value) => `${name} ≥ ${value}`,
  atMost: (name, value) => `${name} ≤ ${value}`,
  duration: "Duration",
  score: "Score",
  views: "Saved searches",
  saveView: "Save this search",
  viewName: "Name of the search",
  save: "Save",
  forget: (name) => `Delete the saved search: ${name}`,
  shown: (count, more) => (more ? `First ${count} calls` : `${count} ${count === "1" ? "call" : "calls"}`),
  none: "No call matches this search.",
  noneYet: "There are no calls yet.",
  more: "Show more",
  download: "Download this search",
  columns: {
    when: "When",
    who: "Agent · Customer",
    about: "About",
    tone: "Tone",
    outcome: "Outcome",
    duration: "Duration",
    score: "Score",
  },
  unscored: "not scored",
  recorded: "with recording",
  keys: [
    [["/"], "to the search field"],
    [["↑", "↓"], "rows"],
    [["Enter"], "open"],
  ],
  hitAt: (clock) => `Go to ${clock}`,
};

export function callsTexts(language: UiLanguage): CallsTexts {
  return language === "tr" ? tr : en;
}
