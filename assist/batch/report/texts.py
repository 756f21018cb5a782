"""What the report says, in Turkish and in English, and how it writes numbers and dates.

A language that lacks a text does not pass the type checker.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec

from assist.store.numbers import Mean, Share

Counted = tuple[str, str]
"""For one and for several; `{n}` is the number."""


class Texts(msgspec.Struct, frozen=True, kw_only=True):
    """The texts of one language."""

    title: str
    eyebrow: str
    made: str
    contents: str
    skip: str
    months: tuple[str, ...]

    calls: Counted
    recordings: Counted
    scored: Counted
    failed: Counted
    hours: str
    minutes: str
    seconds: str
    undated: Counted
    empty: str
    all_failed: str
    in_call: str
    table: str
    not_enough: str

    figure_calls: str
    figure_length: str
    figure_solved: str
    figure_upset: str
    figure_unsure: str
    of_calls: Counted
    of_outcomes: Counted

    tone: str
    tone_intro: str
    tone_all: str
    tone_none: str
    tone_unheard: Counted
    labels: dict[str, str]
    by_hour: str
    by_hour_intro: str
    by_tenth: str
    by_tenth_intro: str
    hour: str
    tenth: str
    upset_share: str
    unsure_share: str
    calls_axis: str
    heard: str
    plot: str
    few: str

    reasons: str
    reasons_intro: str
    reason: str
    outcome: str
    outcomes: dict[str, str]
    solved: str
    angry: str
    upset: str
    unknown_topic: str
    areas: dict[str, str]

    moments: str
    moments_intro: str
    worst: str
    best: str
    no_worst: str
    no_best: str
    certainty: dict[str, str]
    signs: dict[str, str]
    recovery: dict[str, str]
    recovered: str
    no_words: str
    hard_to_hear: str
    player: str
    gone: str
    left_out: str
    clips_left_out: Counted
    clips_off: str
    what_shows: str

    agents: str
    agents_intro: str
    no_agents: str
    unnamed: str
    quality: str
    mean: str
    scored_calls: str
    quality_plot: str
    missing: str

    basis: str
    basis_intro: str
    failed_heading: str
    recording: str
    why: str
    models: str
    part: str
    model: str
    parts: dict[str, str]
    playbooks: str
    no_playbook: str
    formulas: str
    program: str
    languages: str
    language_names: dict[str, str]

    reading: str
    reading_points: tuple[str, ...]


_TR: Final = Texts(
    title="Görüşmelerin raporu",
    eyebrow="Görüşme raporu",
    made="Hazırlandığı tarih: {date}",
    contents="İçindekiler",
    skip="İçeriğe geç",
    months=(
        "Ocak",
        "Şubat",
        "Mart",
        "Nisan",
        "Mayıs",
        "Haziran",
        "Temmuz",
        "Ağustos",
        "Eylül",
        "Ekim",
        "Kasım",
        "Aralık",
    ),
    calls=("{n} görüşme", "{n} görüşme"),
    recordings=("{n} kayıt", "{n} kayıt"),
    scored=("{n} kayıt değerlendirildi.", "{n} kayıt değerlendirildi."),
    failed=("{n} kayıt kullanılamadı.", "{n} kayıt kullanılamadı."),
    hours="{h} sa {m} dk",
    minutes="{m} dk {s} sn",
    seconds="{s} sn",
    undated=("{n} kaydın tarihi bilinmiyor.", "{n} kaydın tarihi bilinmiyor."),
    empty="Bu klasörde değerlendirilmiş bir kayıt yok.",
    all_failed="Kayıtların hiçbiri kullanılamadı; nedenleri aşağıda.",
    in_call="dakika {clock}",
    table="Tablo olarak",
    not_enough="yeterli kanıt yok",
    figure_calls="Görüşme",
    figure_length="Toplam süre",
    figure_solved="Çözülen",
    figure_upset="Gergin geçen süre",
    figure_unsure="Emin olunamayan süre",
    of_calls=("{n} görüşmeden", "{n} görüşmeden"),
    of_outcomes=("sonucu bilinen {n} görüşmeden", "sonucu bilinen {n} görüşmeden"),
    tone="Müşterinin ses tonu",
    tone_intro=(
        "Yalnızca müşterinin kanalından, sesinden ve sözlerinden tahmin edilir; temsilcinin sesi "
        "değerlendirilmez. “Gergin”, müşterinin öfkeli ya da üzgün göründüğü süredir."
    ),
    tone_all="Müşterilerin konuştuğu sürenin dağılımı",
    tone_none="Bu kayıtların hiçbirinde müşterinin ses tonu değerlendirilmedi.",
    tone_unheard=(
        "{n} görüşmede değerlendirilmedi: iki taraf tek kanalda ya da müşteri çok az konuşmuş.",
        "{n} görüşmede değerlendirilmedi: iki taraf tek kanalda ya da müşteri çok az konuşmuş.",
    ),
    labels={
        "angry": "Öfkeli",
        "sad": "Üzgün",
        "neutral": "Sakin",
        "happy": "Memnun",
        "unsure": "Emin değil",
    },
    by_hour="Günün saatine göre",
    by_hour_intro=(
        "Başlangıcı bilinen {calls}. Saatler, kayıtlarda yazılı saat diliminden; bir görüşmenin "
        "her anı kendi saatine sayılır."
    ),
    by_tenth="Görüşmenin neresinde",
    by_tenth_intro=(
        "Başlangıç saati bilinmeyen {calls}; günün saati yerine görüşmenin onda birlik "
        "dilimleri gösterilir."
    ),
    hour="Saat",
    tenth="Dilim",
    upset_share="Gergin geçen süre",
    unsure_share="Emin olunamayan",
    calls_axis="görüşme",
    heard="Konuşma süresi",
    plot=(
        "Her nokta o dilimde gergin geçen sürenin payı, çizgi %95 aralığı, alttaki sütun "
        "görüşme sayısıdır. En yükseği: {top}."
    ),
    few="Üçten az görüşmeye dayanan noktaların içi boştur.",
    reasons="Arama nedenleri",
    reasons_intro="Görüşmelerin neyle ilgili olduğu ve nasıl sonuçlandığı; iki düzeyde.",
    reason="Neden",
    outcome="Sonuç",
    outcomes={
        "solved": "Çözüldü",
        "open": "Sonuçlanmadı",
        "unsolved": "Çözülmedi",
        "": "Bilinmiyor",
    },
    solved="Çözülen",
    angry="Öfkeli müşteri",
    upset="Gergin geçen süre",
    unknown_topic="Belli değil",
    areas={
        "delivery": "Teslimat",
        "product": "Ürün",
        "billing": "Fatura",
        "payment": "Ödeme",
        "contract": "Sözleşme",
        "technical": "Teknik",
        "account": "Hesap",
        "booking": "Rezervasyon",
        "claim": "Hasar bildirimi",
        "order": "Sipariş",
        "service": "Hizmet",
        "information": "Bilgi",
    },
    moments="En kötü ve en iyi anlar",
    moments_intro=(
        "Müşterinin gerginliğinin en belirgin olduğu ve en çok yatıştığı ya da teşekkür ettiği "
        "anlar. Bir görüşmeden en çok iki an alınır. Anlar müşteriyi anlatır, temsilciyi değil."
    ),
    worst="En kötü anlar",
    best="En iyi anlar",
    no_worst="Belirgin biçimde gergin bir an bulunmadı.",
    no_best="Belirgin bir yatışma ya da teşekkür bulunmadı.",
    certainty={"high": "emin", "middle": "oldukça emin", "low": "bu yönde"},
    signs={
        "abuse": "Hakaret",
        "complaint": "Şikâyet",
        "escalation": "Yetkili isteği",
        "hardship": "Zor durum",
        "legal_threat": "Hukuki yol tehdidi",
        "publicity_threat": "Kamuoyuna duyurma tehdidi",
        "repeat_contact": "Tekrar arama",
        "unresolved": "Çözülmedi",
        "resolved": "Çözüldü",
        "thanks": "Teşekkür",
    },
    recovery={
        "apology": "Özürden sonra sakinleşti",
        "compensation": "Telafi önerisinden sonra sakinleşti",
        "ownership": "Konu üstlenildikten sonra sakinleşti",
        "empathy": "Anlayış gösterildikten sonra sakinleşti",
        "promise": "Verilen sözden sonra sakinleşti",
    },
    recovered="Sakinleşti",
    no_words="Bu anda anlaşılan bir söz yok.",
    hard_to_hear="zor duyuldu",
    player="{call}, {clock}: ses kaydı",
    gone="Kayda ulaşılamadı; bu yüzden dinlenemiyor.",
    left_out="Rapor büyümesin diye sesi eklenmedi.",
    clips_left_out=(
        "Rapordaki sesler için ayrılan {limit} MB dolduğundan {n} anın sesi eklenmedi.",
        "Rapordaki sesler için ayrılan {limit} MB dolduğundan {n} anın sesi eklenmedi.",
    ),
    clips_off="Rapor, istek üzerine ses kayıtları olmadan hazırlandı.",
    what_shows="Göstergeler",
    agents="Temsilcilerin nitelikleri",
    agents_intro=(
        "Puan kartının on niteliği, 0–100 arası puanla. Puanlar söylenenlerden, konuşmanın "
        "akışından ve görüşmede olanlardan hesaplanır; temsilcinin duygusu hiçbir zaman "
        "değerlendirilmez. Adlar alfabe sırasındadır, temsilciler tek bir sayıyla sıralanmaz. "
        "Nokta ortalamayı, çizgi %95 aralığını gösterir."
    ),
    no_agents="Puan kartı çıkarılabilen bir görüşme yok.",
    unnamed="Temsilcisi belirtilmeyen görüşmeler",
    quality="Nitelik",
    mean="Ortalama",
    scored_calls="Görüşme",
    quality_plot="{agent}: niteliklerin ortalamaları ve aralıkları",
    missing="Puan kartı çıkmayan görüşmeler",
    basis="Neye dayanıyor",
    basis_intro="Hangi kayıtlar, hangi modeller ve senaryolarla değerlendirildi.",
    failed_heading="Kullanılamayan kayıtlar",
    recording="Kayıt",
    why="Neden",
    models="Modeller",
    part="İş",
    model="Model",
    parts={
        "recognizer": "Konuşma tanıma",
        "vad": "Konuşma algılama",
        "tone": "Ses tonu",
        "situations": "Durumlar",
        "situations_tr": "Durumlar (Türkçe)",
        "situations_en": "Durumlar (İngilizce)",
    },
    playbooks="Senaryolar",
    no_playbook="Senaryosuz",
    formulas="Puan kartı sürümü",
    program="Program sürümü",
    languages="Diller",
    language_names={"tr": "Türkçe", "en": "İngilizce", "": "Konuşma yok"},
    reading="Nasıl okunmalı",
    reading_points=(
        "Parantez içindeki aralıklar %95 olasılıkla gerçek değeri içerir; aralık genişse görüşme "
        "azdır. Süre paylarının aralığı, görüşmelerin birbirinden ne kadar ayrıldığına göre "
        "hesaplanır.",
        "Ses tonu bir tahmindir ve yanılabilir. Emin olunamayan süre ayrıca gösterilir; sakin "
        "sayılmaz.",
        "Sözler otomatik yazıya dökülmüştür. Alıntıların yanındaki “zor duyuldu” notu, sözlerin "
        "güvenilir olmadığını gösterir; emin olmak için dinleyin.",
        "Farklar, nedenlerini göstermez: zor konularla ilgilenen temsilcilerin görüşmeleri daha "
        "gergin geçer.",
    ),
)

_EN: Final = Texts(
    title="Report on the calls",
    eyebrow="Call report",
    made="Made on {date}",
    contents="Contents",
    skip="To the content",
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    calls=("{n} call", "{n} calls"),
    recordings=("{n} recording", "{n} recordings"),
    scored=("{n} recording was scored.", "{n} recordings were scored."),
    failed=("{n} recording could not be used.", "{n} recordings could not be used."),
    hours="{h} h {m} min",
    minutes="{m} min {s} s",
    seconds="{s} s",
    undated=(
        "The date of {n} recording is not known.",
        "The dates of {n} recordings are not known.",
    ),
    empty="No recording has been scored into this folder.",
    all_failed="None of the recordings could be used; the reasons are below.",
    in_call="at {clock}",
    table="As a table",
    not_enough="not enough evidence",
    figure_calls="Calls",
    figure_length="Length in all",
    figure_solved="Solved",
    figure_upset="Time upset",
    figure_unsure="Time not sure of",
    of_calls=("of {n} call", "of {n} calls"),
    of_outcomes=("of {n} call with an outcome", "of {n} calls with an outcome"),
    tone="The caller’s tone",
    tone_intro=(
        "Estimated from the caller’s channel alone, by voice and words; the agent’s voice is "
        "never judged. “Upset” is the time in which the caller seemed angry or sad."
    ),
    tone_all="What the time that callers spoke was like",
    tone_none="The caller’s tone was not estimated in any of these recordings.",
    tone_unheard=(
        "Not estimated in {n} call: both parties are on one channel, or the caller hardly spoke.",
        "Not estimated in {n} calls: both parties are on one channel, or the caller hardly spoke.",
    ),
    labels={
        "angry": "Angry",
        "sad": "Sad",
        "neutral": "Calm",
        "happy": "Pleased",
        "unsure": "Not sure",
    },
    by_hour="By hour of day",
    by_hour_intro=(
        "{calls} whose start is known. Hours are of the time zone that the recordings name; each "
        "moment of a call counts for its own hour."
    ),
    by_tenth="By place in the call",
    by_tenth_intro=(
        "{calls} whose start is not known; tenths of the call are shown in place of the hour of "
        "day."
    ),
    hour="Hour",
    tenth="Tenth",
    upset_share="Time upset",
    unsure_share="Not sure",
    calls_axis="calls",
    heard="Speech",
    plot=(
        "Each dot is the share of the time in which callers were upset, its line the interval of "
        "95%, the column below it the number of calls. The highest: {top}."
    ),
    few="Dots that rest on fewer than three calls are hollow.",
    reasons="Reasons for calls",
    reasons_intro="What the calls were about and what became of it, on two levels.",
    reason="Reason",
    outcome="Outcome",
    outcomes={"solved": "Solved", "open": "Open", "unsolved": "Not solved", "": "Unknown"},
    solved="Solved",
    angry="Angry callers",
    upset="Time upset",
    unknown_topic="Not clear",
    areas={
        "delivery": "Delivery",
        "product": "Product",
        "billing": "Billing",
        "payment": "Payment",
        "contract": "Contract",
        "technical": "Technical",
        "account": "Account",
        "booking": "Booking",
        "claim": "Claims",
        "order": "Orders",
        "service": "Service",
        "information": "Information",
    },
    moments="Worst and best moments",
    moments_intro=(
        "Where callers were most clearly upset, and where they calmed down or gave thanks. At most "
        "two of a call. They tell of the caller, not of the agent."
    ),
    worst="Worst moments",
    best="Best moments",
    no_worst="No moment was clearly upset.",
    no_best="No clear relief or thanks was found.",
    certainty={"high": "sure", "middle": "fairly sure", "low": "leaning"},
    signs={
        "abuse": "Abuse",
        "complaint": "Complaint",
        "escalation": "Wants a superior",
        "hardship": "Hardship",
        "legal_threat": "Legal threat",
        "publicity_threat": "Publicity threat",
        "repeat_contact": "Called before",
        "unresolved": "Not solved",
        "resolved": "Solved",
        "thanks": "Thanks",
    },
    recovery={
        "apology": "Calmed down after an apology",
        "compensation": "Calmed down after an offer to make good",
        "ownership": "Calmed down after the agent took charge",
        "empathy": "Calmed down after understanding was shown",
        "promise": "Calmed down after a promise",
    },
    recovered="Calmed down",
    no_words="No words were understood at this moment.",
    hard_to_hear="hard to hear",
    player="{call}, {clock}: the recording",
    gone="The recording cannot be reached, so there is nothing to listen to.",
    left_out="Its sound was left out to keep the report small.",
    clips_left_out=(
        "The {limit} MB for sound in this report are full; {n} moment has none.",
        "The {limit} MB for sound in this report are full; {n} moments have none.",
    ),
    clips_off="As asked for, this report was made without sound.",
    what_shows="What shows it",
    agents="Agents’ qualities",
    agents_intro=(
        "The ten qualities of the scorecard, 0–100, from words, mechanics and what happened in "
        "each call; an agent’s emotion is never judged. Names are in alphabetical order, and no "
        "single number ranks anybody. The dot is the mean, its line the interval of 95%."
    ),
    no_agents="There is no call that a scorecard could be made of.",
    unnamed="Calls that name no agent",
    quality="Quality",
    mean="Mean",
    scored_calls="Calls",
    quality_plot="{agent}: means of the qualities with their intervals",
    missing="Calls without a scorecard",
    basis="What this rests on",
    basis_intro="Which recordings were scored, by which models and playbooks.",
    failed_heading="Recordings that could not be used",
    recording="Recording",
    why="Reason",
    models="Models",
    part="Task",
    model="Model",
    parts={
        "recognizer": "Speech recognition",
        "vad": "Voice activity",
        "tone": "Tone",
        "situations": "Situations",
        "situations_tr": "Situations (Turkish)",
        "situations_en": "Situations (English)",
    },
    playbooks="Playbooks",
    no_playbook="Without a playbook",
    formulas="Version of the scorecard",
    program="Version of the program",
    languages="Languages",
    language_names={"tr": "Turkish", "en": "English", "": "No speech"},
    reading="How to read this",
    reading_points=(
        "The ranges in brackets hold the true value with 95% probability; a wide one means few "
        "calls. Those of shares of time follow from how far calls differ from each other.",
        "The tone is an estimate and may be wrong. Time that it is not sure of is shown by itself "
        "and does not count as calm.",
        "Words were written down by a machine. “Hard to hear” beside a quote says that they are "
        "not reliable; listen to be certain.",
        "Differences do not show their reasons: calls of agents who take the harder cases are "
        "more upset.",
    ),
)

TEXTS: Final = {"tr": _TR, "en": _EN}


class Say:
    """Writes numbers, lengths and dates in one language; `texts` are its texts."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.texts = TEXTS[language]

    def number(self, value: float, digits: int = 0) -> str:
        """1.234,5 in Turkish, 1,234.5 in English."""
        text = f"{value:,.{digits}f}".replace("-", "−")
        if self.language == "tr":
            text = text.translate(str.maketrans(",.", ".,"))
        return text

    def counted(self, forms: Counted, count: int, **more: str) -> str:
        """The form for one or for several, with its number."""
        return forms[count != 1].format(n=self.number(count), **more)

    def percent(self, share: float) -> str:
        """%12 in Turkish, 12% in English."""
        value = self.number(100 * share)
        return f"%{value}" if self.language == "tr" else f"{value}%"

    def range(self, low: float, high: float) -> str:
        """An interval in brackets."""
        return f"({self.number(low)}–{self.number(high)})"

    def share(self, share: Share | Mean) -> tuple[str, str]:
        """A share and its interval in per cent; a dash and nothing where there are no cases."""
        value = share.share if isinstance(share, Share) else share.mean
        if value is None or share.low is None or share.high is None:
            return "—", ""
        return self.percent(value), self.range(100 * share.low, 100 * share.high)

    def length(self, seconds: float) -> str:
        """Hours and minutes, or what is fitting."""
        whole = round(seconds)
        if whole >= 3600:
            minutes = round(seconds / 60)
            return self.texts.hours.format(h=self.number(minutes // 60), m=minutes % 60)
        if whole >= 60:
            return self.texts.minutes.format(m=whole // 60, s=whole % 60)
        return self.texts.seconds.format(s=whole)

    def date(self, moment: datetime) -> str:
        """2 Mart 2026, 2 March 2026."""
        return f"{moment.day} {self.texts.months[moment.month - 1]} {moment.year}"

    def dates(self, first: datetime, last: datetime) -> str:
        """One day, or the first and the last: 2–5 Mart 2026."""
        if first.date() == last.date():
            return self.date(first)
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day}–{self.date(last)}"
        return f"{self.date(first)} – {self.date(last)}"

    def time(self, moment: datetime) -> str:
        """A date with its time: 2 Mart 2026, 09.30 in Turkish, 2 March 2026, 09:30 in English."""
        point = "." if self.language == "tr" else ":"
        return f"{self.date(moment)}, {moment:%H}{point}{moment:%M}"
