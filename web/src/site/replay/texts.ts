// The words of a call's replay. A language that lacks one does not compile.

import type { SuggestionFate } from "../../call/state.ts";
import type { UiLanguage } from "../../preferences.ts";

export interface ReplayTexts {
  readonly heading: string;
  readonly back: string;
  readonly none: string;
  readonly noRecording: string;
  readonly notPlayable: string;
  readonly play: string;
  readonly pause: string;
  readonly backward: string;
  readonly forward: string;
  readonly speed: string;
  readonly skip: string;
  readonly link: string;
  readonly linkCopied: (clock: string) => string;
  readonly position: string;
  readonly positionOf: (clock: string, whole: string) => string;
  readonly tone: string;
  readonly certainty: string;
  readonly words: string;
  readonly follow: string;
  readonly goTo: (clock: string) => string;
  readonly suggested: string;
  readonly rephrased: string;
  readonly whispered: Readonly<Record<"sent" | "seen", string>>;
  readonly fates: Readonly<Record<SuggestionFate, string>>;
  readonly phase: (phase: string) => string;
  readonly gap: (seconds: string, who: string, reason: string) => string;
  readonly gapOf: Readonly<Record<"agent" | "caller" | "", string>>;
  readonly fault: string;
  readonly doubtful: string;
  readonly moment: string;
  readonly noTone: string;
  readonly reallyWas: string;
  readonly asHeard: string;
  readonly correctTag: (name: string) => string;
  readonly noTag: string;
  readonly corrected: string;
  readonly talk: string;
  readonly pace: string;
  readonly interruptions: string;
  readonly both: (agent: string, caller: string) => string;
  readonly silence: string;
  readonly ending: string;
  readonly startedAt: string;
  readonly checklist: string;
  readonly promises: string;
  readonly notes: string;
  readonly agentsNote: string;
  readonly noteAt: (clock: string) => string;
  readonly save: string;
  readonly remove: string;
  readonly again: string;
  readonly againHint: string;
  readonly analyse: string;
  readonly analysing: string;
  readonly nothingChanged: string;
  readonly changed: (count: string, words: string, tone: string) => string;
  readonly at: string;
  readonly what: string;
  readonly before: string;
  readonly now: string;
  readonly kinds: Readonly<Record<string, string>>;
  readonly scorecard: string;
  readonly unscored: string;
  readonly estimated: (score: string) => string;
  readonly accept: string;
  readonly accepted: string;
  readonly correct: string;
  readonly correctedTo: (score: string) => string;
  readonly rightScore: string;
  readonly comment: string;
  readonly saveReview: string;
  readonly cancel: string;
  readonly help: string;
  readonly keys: readonly (readonly [keys: readonly string[], meaning: string])[];
}

const tr: ReplayTexts = {
  heading: "Görüşme",
  back: "Görüşmelere dön",
  none: "Böyle bir görüşme yok.",
  noRecording: "Bu görüşmenin ses kaydı yok; sözler ve işaretler burada.",
  notPlayable: "Ses kaydı açılamadı; sözler ve işaretler burada.",
  play: "Oynat",
  pause: "Duraklat",
  backward: "10 saniye geri",
  forward: "10 saniye ileri",
  speed: "Hız",
  skip: "Sessizlikleri atla",
  link: "Bu anın bağlantısı",
  linkCopied: (clock) => `Kopyalandı: ${clock}`,
  position: "Görüşmedeki yer",
  positionOf: (clock, whole) => `${clock} / ${whole}`,
  tone: "Ses tonu",
  certainty: "Kesinlik",
  words: "Konuşma",
  follow: "Çalınan yere git",
  goTo: (clock) => `${clock} anına git`,
  suggested: "Öneri",
  rephrased: "Olumlu söyleyiş",
  whispered: { sent: "Yöneticiden temsilciye", seen: "Yöneticiden temsilciye, görüldü" },
  fates: {
    used: "temsilci kullandı",
    said: "temsilci söyledi",
    dismissed: "temsilci geçti",
    expired: "anı geçti",
    replaced: "yerine yenisi geldi",
    open: "yanıtlanmadı",
  },
  phase: (phase) => `Aşama: ${phase}`,
  gap: (seconds, who, reason) => `${seconds} sn ${who} kayıp: ${reason}`,
  gapOf: { agent: "temsilcinin sesi", caller: "müşterinin sesi", "": "ses" },
  fault: "Sunucunun bir parçası yeniden başlatıldı.",
  doubtful: "zor duyuldu",
  moment: "Bu anda",
  noTone: "Ses tonu henüz bilinmiyor",
  reallyWas: "Gerçekte",
  asHeard: "Tahmin edildiği gibi",
  correctTag: (name) => `Durumu düzelt: ${name}`,
  noTag: "Böyle bir durum yok",
  corrected: "düzeltildi",
  talk: "Temsilcinin konuşma payı",
  pace: "Dakikada sözcük (temsilci · müşteri)",
  interruptions: "Söz kesme (temsilci · müşteri)",
  both: (agent, caller) => `${agent} · ${caller}`,
  silence: "Uzun sessizlikler",
  ending: "Nasıl bitti?",
  startedAt: "Başlangıç",
  checklist: "Adımlar",
  promises: "Verilen sözler",
  notes: "Notlar",
  agentsNote: "Temsilcinin notu",
  noteAt: (clock) => `${clock} anına not`,
  save: "Notu kaydet",
  remove: "Notu sil",
  again: "Bugünün modelleriyle",
  againHint: "Kaydı şimdiki model ve kurallarla yeniden çözümleyip farkları görebilirsiniz.",
  analyse: "Yeniden çözümle",
  analysing: "Çözümleniyor…",
  nothingChanged: "Hiçbir fark yok",
  changed: (count, words, tone) => `${count} fark; sözcüklerin ${words}, ses tonunun ${tone} kadarı değişti`,
  at: "Zaman",
  what: "Ne",
  before: "O zaman",
  now: "Şimdi",
  kinds: {
    outcome: "Sonuç",
    topic: "Konu",
    tone: "Ses tonu",
    situation: "Durum",
    suggestion: "Öneri",
    words: "Sözler",
  },
  scorecard: "Puan kartı",
  unscored: "Yeterli kanıt yok",
  estimated: (score) => `Hesaplanan puan: ${score}`,
  accept: "Onayla",
  accepted: "onayladı",
  correct: "Düzelt",
  correctedTo: (score) => `doğrusu ${score}`,
  rightScore: "Doğru puan (boş: yeterli kanıt yok)",
  comment: "Açıklama",
  saveReview: "Kaydet",
  cancel: "Vazgeç",
  help: "Klavye kısayolları",
  keys: [
    [["Boşluk", "K"], "oynat, duraklat"],
    [["←", "→"], "5 saniye"],
    [["J", "L"], "10 saniye"],
    [[",", "."], "önceki, sonraki söz"],
    [["<", ">"], "yavaşlat, hızlandır"],
    [["S"], "sessizlikleri atla"],
    [["N"], "bu ana not yaz"],
    [["C"], "bu anın bağlantısını kopyala"],
    [["?"], "bu yardım"],
  ],
};

const en: ReplayTexts = {
  heading: "Call",
  back: "Back to the calls",
  none: "There is no such call.",
  noRecording: "This call has no recording; its words and marks are here.",
  notPlayable: "The recording could not be opened; the words and marks are here.",
  play: "Play",
  pause: "Pause",
  backward: "10 seconds back",
  forward: "10 seconds on",
  speed: "Speed",
  skip: "Skip silence",
  link: "Link to this moment",
  linkCopied: (clock) => `Copied: ${clock}`,
  position: "Place in the call",
  positionOf: (clock, whole) => `${clock} / ${whole}`,
  tone: "Tone",
  certainty: "Certainty",
  words: "Conversation",
  follow: "To what is playing",
  goTo: (clock) => `Go to ${clock}`,
  suggested: "Suggestion",
  rephrased: "Positive wording",
  whispered: { sent: "Supervisor to agent", seen: "Supervisor to agent, seen" },
  fates: {
    used: "the agent used it",
    said: "the agent said it",
    dismissed: "the agent dismissed it",
    expired: "its moment passed",
    replaced: "another took its place",
    open: "not answered",
  },
  phase: (phase) => `Phase: ${phase}`,
  gap: (seconds, who, reason) => `${seconds} s of ${who} lost: ${reason}`,
  gapOf: { agent: "the agent's sound", caller: "the caller's sound", "": "sound" },
  fault: "A part of the server was restarted.",
  doubtful: "hard to hear",
  moment: "At this moment",
  noTone: "The tone is not known yet",
  reallyWas: "It really was",
  asHeard: "As estimated",
  correctTag: (name) => `Correct the situation: ${name}`,
  noTag: "There is none",
  corrected: "corrected",
  talk: "Agent's share of the talk",
  pace: "Words a minute (agent · caller)",
  interruptions: "Broke in (agent · caller)",
  both: (agent, caller) => `${agent} · ${caller}`,
  silence: "Long silences",
  ending: "How it ended",
  startedAt: "Began",
  checklist: "Steps",
  promises: "Promises made",
  notes: "Notes",
  agentsNote: "The agent's note",
  noteAt: (clock) => `Note at ${clock}`,
  save: "Save the note",
  remove: "Remove the note",
  again: "With today's models",
  againHint: "Have the recording analysed again by the present models and rules, and see what differs.",
  analyse: "Analyse again",
  analysing: "Analysing…",
  nothingChanged: "No difference",
  changed: (count, words, tone) => `${count} differences; ${words} of the words and ${tone} of the tone changed`,
  at: "When",
  what: "What",
  before: "Then",
  now: "Now",
  kinds: {
    outcome: "Outcome",
    topic: "Topic",
    tone: "Tone",
    situation: "Situation",
    suggestion: "Suggestion",
    words: "Words",
  },
  scorecard: "Scorecard",
  unscored: "Not enough evidence",
  estimated: (score) => `Calculated score: ${score}`,
  accept: "Accept",
  accepted: "accepted",
  correct: "Correct",
  correctedTo: (score) => `should be ${score}`,
  rightScore: "Right score (empty: not enough evidence)",
  comment: "Comment",
  saveReview: "Save",
  cancel: "Cancel",
  help: "Keyboard shortcuts",
  keys: [
    [["Space", "K"], "play, pause"],
    [["←", "→"], "5 seconds"],
    [["J", "L"], "10 seconds"],
    [[",", "."], "previous, next words"],
    [["<", ">"], "slower, faster"],
    [["S"], "skip silence"],
    [["N"], "write a note at this moment"],
    [["C"], "copy the link to this moment"],
    [["?"], "this help"],
  ],
};

export function replayTexts(language: UiLanguage): ReplayTexts {
  return language === "tr" ? tr : en;
}
