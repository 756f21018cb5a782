import type { Sentences } from "./sentences.ts";

export const tr: Sentences = {
  title: "Görüşme yardımcısı",
  language: { label: "Sayfanın dili", tr: "Türkçe", en: "English" },

  connecting: "Bağlanıyor…",
  waiting: "Çağrı bekleniyor",
  live: "Canlı",
  over: "Görüşme bitti",
  lost: "Bağlantı koptu",
  reconnecting: "Yeniden bağlanıyor…",
  lostExplained: "Gördükleriniz kopmadan öncesine ait. Sayfa kendiliğinden devam eder.",
  retry: "Şimdi dene",
  restored: "Yeniden bağlandı",
  outdated: "Bu sayfa sunucudan eski. Lütfen yenileyin.",
  reload: "Yenile",

  tone: {
    heading: "Müşterinin ses tonu",
    labels: { angry: "Öfkeli", happy: "Memnun", sad: "Üzgün", neutral: "Sakin", unsure: "Emin değil" },
    certainty: { high: "Emin", middle: "Oldukça emin", low: "Bu yönde" },
    unsureExplained: "Ses belirgin bir işaret vermiyor",
    trend: { up: "Yumuşuyor", down: "Geriliyor", flat: "Değişmiyor" },
    courseStart: "2 dk önce",
    callStart: "başlangıç",
    now: "şimdi",
    end: "son",
    courseSummary: (label, trend) => `Müşterinin ses tonu, son iki dakika. Şimdi: ${label}, ${trend}.`,
    warm: "ılımlı",
    tense: "gergin",
    why: "Neden?",
    others: "Olasılıklar (tahmin)",
    stale: (seconds) => `${seconds} sn’dir yeni işaret yok`,
    frozen: "Kopmadan önce",
    listening: "Müşterinin ses tonu dinleniyor",
    listeningExplained: "İlk işaret, müşteri birkaç saniye konuştuktan sonra gelir.",
    none: "Bu görüşmede ses tonu değerlendirilmiyor",
    noneExplained: "Ses tonu yalnızca müşterinin kendi kanalından ve onun onayıyla tahmin edilir.",
    last: "Görüşme sonunda",
  },

  suggestion: {
    heading: "Şunu deneyin",
    why: "Neden",
    used: "Söyledim",
    dismiss: "Geç",
    next: "Başka söyleyiş",
    nextShort: "Başka",
    none: "Şu anda bir öneri yok",
    confirmed: {
      used: "Not edildi: söylediniz",
      dismissed: "Geçildi",
      said: "Söylediniz",
      expired: "Anı geçti",
    },
    evidence: { words: "Söylenen", tone: "Seste duyulan", mechanics: "Görüşmede görülen" },
    announced: (say) => `Öneri: ${say}`,
  },

  gauges: {
    heading: "Göz atmaya değer",
    talk: (share) => `Konuşma payınız yüksek: ${share}`,
    pace: (words) => `Hızlı konuşuyorsunuz: dakikada ${words} sözcük`,
    silence: (seconds) => `${seconds} sn’dir sessizlik var`,
    monologue: (seconds) => `${seconds} sn’dir siz konuşuyorsunuz`,
  },

  transcript: {
    heading: "Konuşma",
    roles: { agent: "Siz", caller: "Müşteri", mixed: "Görüşme" },
    empty: "İki tarafın sözleri burada görünür.",
    speaking: "konuşuyor",
    doubtful: "zor duyuldu",
    newLines: (count) => `${count} yeni satır`,
  },

  trouble: {
    gap: (seconds, who, reason) => `${seconds} sn ${who} kayıp: ${reason}`,
    sound: { agent: "sesiniz", caller: "müşterinin sesi", mixed: "ses", "": "ses" },
    gapReasons: {
      overload: "sunucu çok yoğundu",
      missing: "ses hiç gelmedi",
      discarded: "santral göndermedi",
      fault: "sunucunun bir parçası arızalandı",
    },
    gapReasonOther: "nedeni bilinmiyor",
    fault: "Sunucunun bir parçası yeniden başlatıldı. Görüşme sürüyor.",
    degraded: {
      partials: "Sunucu yoğun: sözler ancak cümle bitince görünüyor.",
    },
    degradedOther: "Sunucu yoğun: bazı bilgiler gecikmeli geliyor.",
    notes: {
      no_consent: "Müşterinin onayı olmadığı için ses tonu tahmin edilmiyor; yalnızca sözler var.",
      mixed_channel: "İki taraf tek kanalda olduğu için ses tonu tahmin edilmiyor: sizin sesiniz de içinde.",
      no_caller: "Müşterinin kanalı bulunmadığı için ses tonu tahmin edilmiyor.",
      tone_off: "Ses tonu tahmini bu sunucuda kapalı.",
    },
  },

  ended: {
    reasons: {
      stop: "Görüşme sonlandırıldı.",
      end_of_file: "Kayıt bitti.",
      disconnected: "Hat kesildi.",
      shutdown: "Sunucu durduruldu.",
    },
    reasonOther: "Görüşme sona erdi.",
    duration: "Süre",
    suggestions: "Öneriler",
    usedOf: (used, all) => `${used} / ${all} kullanıldı`,
    noSuggestions: "yok",
    lastTone: "Son ses tonu",
    anotherSample: "Örnek görüşme oynat",
  },

  samples: {
    welcome: "Telefon çaldığında hazır",
    explained: "Görüşme başlar başlamaz konuşulanlar, müşterinin ses tonu ve söyleyebilecekleriniz burada görünür.",
    heading: "Örnek bir görüşmeyle deneyin",
    play: "Oynat",
    playing: "Başlıyor…",
    languages: { tr: "Türkçe", en: "İngilizce" },
    failed: "Örnek görüşme başlatılamadı.",
    listFailed: "Örnek görüşmeler listelenemedi.",
  },

  help: {
    open: "Klavye kısayolları",
    heading: "Klavye",
    explained: "Bir alana yazarken devre dışıdırlar.",
    enabled: "Kısayollar açık",
  },

  units: { minutesSeconds: (minutes, seconds) => `${minutes} dk ${seconds} sn`, seconds: (s) => `${s} sn` },
};
