// The words of the wall. A language that lacks one does not compile.

import type { UiLanguage } from "../../preferences.ts";
import type { Sound } from "./live-sound.ts";
import type { WallAlert } from "../../events.ts";

export interface WallTexts {
  readonly heading: string;
  readonly calls: (count: number, shown: string) => string;
  readonly none: string;
  readonly look: string;
  readonly rows: string;
  readonly tiles: string;
  readonly held: string;
  readonly lost: string;
  readonly refused: (reason: string) => string;
  readonly over: string;
  readonly open: (who: string) => string;
  readonly risk: string;
  readonly riskLevels: Readonly<Record<"high" | "middle" | "low", string>>;
  /** By a reason's code, beside the names of situations. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly onHold: (clock: string) => string;
  readonly gap: string;
  readonly flagged: string;
  readonly alerts: string;
  readonly noAlerts: string;
  readonly kinds: Readonly<Record<WallAlert["kind"], string>>;
  readonly call: string;
  readonly close: string;
  readonly whole: string;
  readonly listen: string;
  readonly hush: string;
  readonly sounds: Readonly<Record<Sound, string>>;
  readonly whisper: string;
  readonly whisperTo: (agent: string) => string;
  readonly send: string;
  readonly sent: string;
  readonly seen: string;
  readonly sound: Readonly<Record<"agent" | "caller" | "mixed" | "", string>>;
  readonly suggested: string;
}

const tr: WallTexts = {
  heading: "Canlı görüşmeler",
  calls: (_, shown) => `${shown} görüşme sürüyor`,
  none: "Şu anda süren görüşme yok.",
  look: "Görünüm",
  rows: "Satırlar",
  tiles: "Kutular",
  held: "Siz listedeyken sıra değişmez",
  lost: "Bağlantı koptu; gördükleriniz kopmadan öncesine ait. Yeniden bağlanılıyor…",
  refused: (reason) => `Görüşmeler izlenemiyor: ${reason}`,
  over: "Bitti",
  open: (who) => `Görüşmeyi aç: ${who}`,
  risk: "Yardım ihtiyacı",
  riskLevels: { high: "yüksek", middle: "orta", low: "düşük" },
  reasons: {
    flag: "Temsilci çağırdı",
    angry: "Öfkeli",
    sad: "Üzgün",
    worse: "Geriliyor",
    hold: "Beklemede",
    silence: "Sessizlik",
  },
  onHold: (clock) => `Beklemede ${clock}`,
  gap: "Ses kaybı",
  flagged: "Temsilci sizi çağırıyor",
  alerts: "Uyarılar",
  noAlerts: "Yeni uyarı yok.",
  kinds: {
    angry: "Müşteri öfkelendi",
    escalation: "Yetkili istiyor",
    legal_threat: "Hukuki yola başvuracağını söylüyor",
    publicity_threat: "Kamuoyuna duyuracağını söylüyor",
    cancellation: "İptal istiyor",
    long_hold: "Uzun süredir beklemede",
    flag: "Temsilci sizi çağırdı",
  },
  call: "Görüşme",
  close: "Kapat",
  whole: "Baştan sona aç",
  listen: "Dinle",
  hush: "Dinlemeyi bırak",
  sounds: {
    off: "",
    asked: "Ses bekleniyor…",
    on: "Dinliyorsunuz",
    none: "Bu görüşme sürerken dinlenemiyor",
  },
  whisper: "Temsilciye not",
  whisperTo: (agent) => (agent ? `${agent} ekranında görür; müşteri duymaz.` : "Temsilci ekranında görür; müşteri duymaz."),
  send: "Gönder",
  sent: "gönderildi",
  seen: "temsilci gördü",
  sound: { agent: "temsilcinin sesi", caller: "müşterinin sesi", mixed: "ses", "": "ses" },
  suggested: "Temsilciye önerilen",
};

const en: WallTexts = {
  heading: "Running calls",
  calls: (count, shown) => `${shown} ${count === 1 ? "call" : "calls"} running`,
  none: "No call is running.",
  look: "Look",
  rows: "Rows",
  tiles: "Tiles",
  held: "The order holds while you are in the list",
  lost: "Connection lost; what you see is from before. Reconnecting…",
  refused: (reason) => `The calls cannot be watched: ${reason}`,
  over: "Over",
  open: (who) => `Open the call: ${who}`,
  risk: "Needs help",
  riskLevels: { high: "high", middle: "medium", low: "low" },
  reasons: {
    flag: "Agent asks for you",
    angry: "Angry",
    sad: "Sad",
    worse: "Getting tenser",
    hold: "On hold",
    silence: "Silence",
  },
  onHold: (clock) => `On hold ${clock}`,
  gap: "Sound lost",
  flagged: "The agent asks for you",
  alerts: "Alerts",
  noAlerts: "No new alerts.",
  kinds: {
    angry: "The caller turned angry",
    escalation: "Wants a superior",
    legal_threat: "Threatens legal steps",
    publicity_threat: "Threatens to go public",
    cancellation: "Wants to cancel",
    long_hold: "On hold for long",
    flag: "The agent asks for you",
  },
  call: "Call",
  close: "Close",
  whole: "Open from its beginning",
  listen: "Listen",
  hush: "Stop listening",
  sounds: {
    off: "",
    asked: "Waiting for sound…",
    on: "You are listening",
    none: "This call cannot be heard while it runs",
  },
  whisper: "Note to the agent",
  whisperTo: (agent) =>
    agent ? `${agent} sees it on the screen; the caller hears nothing.` : "The agent sees it on the screen; the caller hears nothing.",
  send: "Send",
  sent: "sent",
  seen: "seen by the agent",
  sound: { agent: "the agent's sound", caller: "the caller's sound", mixed: "sound", "": "sound" },
  suggested: "Suggested to the agent",
};

export function wallTexts(language: UiLanguage): WallTexts {
  return language === "tr" ? tr : en;
}
