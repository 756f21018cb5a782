// The words that all pages for supervisors share. A language that lacks one does not compile.

import { SITUATIONS } from "../events.ts";
import type { UiLanguage } from "../preferences.ts";

export type SituationId = (typeof SITUATIONS)["agent" | "caller"][number];

export interface SiteTexts {
  readonly navigation: string;
  readonly pages: Readonly<Record<SitePageName, string>>;
  readonly skip: string;
  readonly signOut: string;
  readonly loading: string;
  readonly failed: (reason: string) => string;
  readonly again: string;
  /** What the server did not say. */
  readonly unreachable: string;
  readonly agent: string;
  readonly caller: string;
  readonly unknown: string;
  readonly running: string;
  /** Of the caller; a voice that says nothing is “not sure”. */
  readonly situations: Readonly<Record<SituationId, string>>;
}

export type SitePageName = "wall" | "calls" | "coaching" | "reasons" | "people" | "agent";

const tr: SiteTexts = {
  navigation: "Sayfalar",
  pages: {
    wall: "Canlı",
    calls: "Görüşmeler",
    coaching: "Koçluk",
    reasons: "Arama nedenleri",
    people: "Kullanıcılar",
    agent: "Temsilci ekranı",
  },
  skip: "İçeriğe geç",
  signOut: "Oturumu kapat",
  loading: "Yükleniyor…",
  failed: (reason) => `Olmadı: ${reason}`,
  again: "Yeniden dene",
  unreachable: "Sunucuya ulaşılamıyor.",
  agent: "Temsilci",
  caller: "Müşteri",
  unknown: "Bilinmiyor",
  running: "Sürüyor",
  situations: {
    abuse: "Hakaret",
    billing_error: "Hatalı fatura",
    cancellation: "İptal isteği",
    competitor: "Rakip firma",
    complaint: "Şikâyet",
    confusion: "Anlaşılmayan bir şey",
    defect: "Arıza, kusur",
    delay: "Gecikme",
    escalation: "Yetkili isteği",
    hardship: "Zor durum",
    legal_threat: "Hukuki yol tehdidi",
    price_objection: "Fiyat itirazı",
    publicity_threat: "Kamuoyuna duyurma tehdidi",
    question: "Soru",
    refund: "İade isteği",
    repeat_contact: "Tekrar arama",
    resolved: "Çözüldü",
    thanks: "Teşekkür",
    unresolved: "Çözülmedi",
    urgency: "Aciliyet",
    apology: "Özür",
    blame: "Suçu başkasına atma",
    clarification: "Netleştirme",
    closing_check: "Kapanış sorusu",
    compensation: "Telafi",
    empathy: "Empati",
    farewell: "Vedalaşma",
    greeting: "Karşılama",
    hold_request: "Bekletme",
    identification: "Kimlik doğrulama",
    interruption_apology: "Söz kesme özrü",
    jargon: "Teknik dil",
    negative_phrasing: "Olumsuz söyleyiş",
    ownership: "Sahiplenme",
    promise: "Söz verme",
    refusal: "Ret",
    summary: "Özetleme",
    transfer: "Aktarma",
  },
};

const en: SiteTexts = {
  navigation: "Pages",
  pages: {
    wall: "Live",
    calls: "Calls",
    coaching: "Coaching",
    reasons: "Reasons",
    people: "People",
    agent: "Agent's page",
  },
  skip: "To the content",
  signOut: "Sign out",
  loading: "Loading…",
  failed: (reason) => `That did not work: ${reason}`,
  again: "Try again",
  unreachable: "The server cannot be reached.",
  agent: "Agent",
  caller: "Caller",
  unknown: "Unknown",
  running: "Running",
  situations: {
    abuse: "Abuse",
    billing_error: "Billing error",
    cancellation: "Wants to cancel",
    competitor: "Another company",
    complaint: "Complaint",
    confusion: "Confusion",
    defect: "Defect",
    delay: "Delay",
    escalation: "Wants a superior",
    hardship: "Hardship",
    legal_threat: "Legal threat",
    price_objection: "Too expensive",
    publicity_threat: "Publicity threat",
    question: "Question",
    refund: "Wants a refund",
    repeat_contact: "Called before",
    resolved: "Solved",
    thanks: "Thanks",
    unresolved: "Not solved",
    urgency: "Urgency",
    apology: "Apology",
    blame: "Blame",
    clarification: "Clarification",
    closing_check: "Closing check",
    compensation: "Compensation",
    empathy: "Empathy",
    farewell: "Goodbye",
    greeting: "Greeting",
    hold_request: "Asks to hold",
    identification: "Identification",
    interruption_apology: "Sorry to interrupt",
    jargon: "Jargon",
    negative_phrasing: "Negative wording",
    ownership: "Ownership",
    promise: "Promise",
    refusal: "Refusal",
    summary: "Summing up",
    transfer: "Transfer",
  },
};

export function siteTexts(language: UiLanguage): SiteTexts {
  return language === "tr" ? tr : en;
}

/** What a situation is called; one of a newer server by its id. */
export function situationName(texts: SiteTexts, id: string): string {
  const names: Readonly<Record<string, string>> = texts.situations;
  return names[id] ?? id;
}
