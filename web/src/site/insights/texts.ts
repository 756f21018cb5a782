// The words of coaching and of reasons. A language that lacks one does not compile.

import type { UiLanguage } from "../../preferences.ts";

export interface InsightTexts {
  readonly from: string;
  readonly to: string;
  readonly agent: string;
  readonly show: string;
  readonly print: string;
  /** Where not all calls of the time were looked at. */
  readonly incomplete: string;
  readonly calls: (count: string) => string;
  /** How the figures are to be read. */
  readonly uncertainty: string;
  readonly interval: (low: string, high: string) => string;
  readonly coaching: {
    readonly heading: string;
    readonly none: string;
    readonly agents: string;
    readonly course: string;
    readonly courseBy: (by: string) => string;
    readonly quality: string;
    readonly earlier: string;
    readonly later: string;
    readonly difference: string;
    readonly better: string;
    readonly worse: string;
    readonly same: string;
    readonly tooFew: string;
    readonly workOn: string;
    readonly nothing: string;
    readonly often: (times: string, calls: string, points: string) => string;
    readonly instead: string;
    readonly worked: string;
    readonly workedNote: string;
    readonly noneWorked: string;
    readonly about: string;
    readonly done: string;
    readonly calmed: string;
    readonly nothingDone: string;
    readonly anything: string;
    readonly rule: (name: string) => string;
    readonly of: (count: string, of: string) => string;
  };
  readonly reasons: {
    readonly heading: string;
    readonly none: string;
    readonly total: (now: string, before: string) => string;
    readonly reason: string;
    readonly calls: string;
    readonly before: string;
    readonly up: string;
    readonly down: string;
    readonly angry: string;
    readonly solved: string;
    readonly again: string;
    readonly satisfied: string;
    readonly unknown: string;
    readonly areas: Readonly<Record<string, string>>;
    readonly words: string;
    readonly wordsNote: string;
    readonly wordCalls: (now: string, before: string) => string;
    readonly noWords: string;
    readonly ratings: string;
    readonly ratingsNote: string;
    readonly noRatings: string;
    readonly kind: string;
    readonly all: string;
    readonly solvedCalls: string;
    readonly unsolvedCalls: string;
    readonly openCalls: string;
    readonly agreement: string;
  };
}

const tr: InsightTexts = {
  from: "Başlangıç",
  to: "Bitiş",
  agent: "Temsilci",
  show: "Göster",
  print: "Yazdır",
  incomplete: "Bu sürede bakılabilecekten fazla görüşme var; yalnızca en yenileri sayıldı. Süreyi daraltın.",
  calls: (count) => `${count} görüşme`,
  uncertainty: "Parantez içindeki aralıklar %95 olasılıkla gerçek değeri içerir; aralık genişse görüşme azdır.",
  interval: (low, high) => `(${low}–${high})`,
  coaching: {
    heading: "Koçluk",
    none: "Bu sürede puan kartı olan görüşme yok.",
    agents: "Temsilciler",
    course: "Ne değişti",
    courseBy: (by) => (by === "week" ? "Haftalık seyir" : "Aylık seyir"),
    quality: "Nitelik",
    earlier: "İlk yarı",
    later: "İkinci yarı",
    difference: "Fark",
    better: "Gelişti",
    worse: "Geriledi",
    same: "Kesin bir değişim yok",
    tooFew: "Karşılaştırmak için her iki yarıda en az üç görüşme gerekir.",
    workOn: "Üzerinde çalışılacaklar",
    nothing: "Bu sürede yinelenen bir eksik görülmedi.",
    often: (times, calls, points) => `${calls} görüşmede ${times} kez; görüşme başına ${points} puan`,
    instead: "Bunun yerine:",
    worked: "Müşteri öfkeliyken ne yapıldı, ardından ne oldu?",
    workedNote:
      "Bütün temsilcilerin görüşmelerinden, ad verilmeden sayıldı. Ardından sakinleşmek, bundan dolayı sakinleşmek demek değildir.",
    noneWorked: "Söz edecek kadar çok örnek yok.",
    about: "Müşterinin derdi",
    done: "Ne yapıldı",
    calmed: "Ardından sakinleşen",
    nothingDone: "Bunların hiçbiri",
    anything: "Yalnızca ses tonu",
    rule: (name) => `Öneri: ${name}`,
    of: (count, of) => `${of} anın ${count} tanesinde`,
  },
  reasons: {
    heading: "Arama nedenleri",
    none: "Bu sürede görüşme yok.",
    total: (now, before) => `${now} görüşme; önceki aynı uzunlukta sürede ${before}.`,
    reason: "Neden",
    calls: "Görüşme",
    before: "Önce",
    up: "artıyor",
    down: "azalıyor",
    angry: "Öfkeli",
    solved: "Çözülen",
    again: "7 günde yine arayan",
    satisfied: "Memnun",
    unknown: "Belli değil",
    areas: {
      delivery: "Teslimat",
      product: "Ürün",
      billing: "Fatura",
      payment: "Ödeme",
      contract: "Sözleşme",
      technical: "Teknik",
      account: "Hesap",
      booking: "Rezervasyon",
      claim: "Hasar bildirimi",
      order: "Sipariş",
      service: "Hizmet",
      information: "Bilgi",
    },
    words: "Yükselen sözcükler",
    wordsNote: "Müşterilerin önceki süreye göre belirgin biçimde daha çok görüşmede söylediği sözcükler.",
    wordCalls: (now, before) => `${now} görüşmede, önce ${before}`,
    noWords: "Belirgin biçimde yükselen bir sözcük yok.",
    ratings: "Müşteri puanları",
    ratingsNote:
      "Puanlar 0–100 arasına getirildi. Uyum, çözüldü denen bir görüşmenin çözülmedi denenden daha yüksek puan alma olasılığıdır; 0,5 hiç uyum olmaması demektir.",
    noRatings: "Bu sürede puan gönderilmedi.",
    kind: "Tür",
    all: "Hepsi",
    solvedCalls: "Çözülen",
    unsolvedCalls: "Çözülmeyen",
    openCalls: "Sonuçlanmayan",
    agreement: "Uyum",
  },
};

const en: InsightTexts = {
  from: "From",
  to: "To",
  agent: "Agent",
  show: "Show",
  print: "Print",
  incomplete: "There are more calls in this time than can be looked at; only the latest were counted. Choose a shorter time.",
  calls: (count) => `${count} ${count === "1" ? "call" : "calls"}`,
  uncertainty: "The ranges in brackets hold the true value with 95% probability; a wide one means few calls.",
  interval: (low, high) => `(${low}–${high})`,
  coaching: {
    heading: "Coaching",
    none: "No call of this time has a scorecard.",
    agents: "Agents",
    course: "What changed",
    courseBy: (by) => (by === "week" ? "By week" : "By month"),
    quality: "Quality",
    earlier: "First half",
    later: "Second half",
    difference: "Difference",
    better: "Improved",
    worse: "Got worse",
    same: "No certain change",
    tooFew: "To compare, each half needs three calls at least.",
    workOn: "To work on",
    nothing: "Nothing came up again and again in this time.",
    often: (times, calls, points) => `${times} times in ${calls} calls; ${points} points a call`,
    instead: "Instead:",
    worked: "What was done when callers were angry, and what followed",
    workedNote:
      "Counted over the calls of all agents, without names. Calming down after something doesn't mean calming down because of it.",
    noneWorked: "There are not enough examples to speak of.",
    about: "The caller's trouble",
    done: "What was done",
    calmed: "Calm afterwards",
    nothingDone: "None of these",
    anything: "Only the tone of voice",
    rule: (name) => `Suggestion: ${name}`,
    of: (count, of) => `${count} of ${of} moments`,
  },
  reasons: {
    heading: "Reasons for calls",
    none: "There are no calls in this time.",
    total: (now, before) => `${now} calls; ${before} in as long a time before.`,
    reason: "Reason",
    calls: "Calls",
    before: "Before",
    up: "rising",
    down: "falling",
    angry: "Angry",
    solved: "Solved",
    again: "Again within 7 days",
    satisfied: "Satisfied",
    unknown: "Not known",
    areas: {
      delivery: "Delivery",
      product: "Product",
      billing: "Billing",
      payment: "Payment",
      contract: "Contract",
      technical: "Technical",
      account: "Account",
      booking: "Booking",
      claim: "Claims",
      order: "Orders",
      service: "Service",
      information: "Information",
    },
    words: "Rising words",
    wordsNote: "Words that callers say in clearly more calls than in the time before.",
    wordCalls: (now, before) => `${now} calls, ${before} before`,
    noWords: "No word is clearly rising.",
    ratings: "Customers' ratings",
    ratingsNote:
      "Ratings are brought to 0–100. Agreement is the chance that a call said to be solved is rated above one said to be unsolved; 0.5 is none.",
    noRatings: "No ratings were sent in this time.",
    kind: "Kind",
    all: "All",
    solvedCalls: "Solved",
    unsolvedCalls: "Not solved",
    openCalls: "Open",
    agreement: "Agreement",
  },
};

export const insightTexts = (language: UiLanguage): InsightTexts => ({ tr, en })[language];
