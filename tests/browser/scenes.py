"""Calls as lists of events, in Turkish and in English: what a page is shown in the tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from assist.events import (
    SAMPLE_RATE,
    AnyEvent,
    CallEnded,
    CallPhase,
    CallStarted,
    Checklist,
    ChecklistItem,
    Due,
    Evidence,
    Gap,
    Mechanics,
    Partial,
    Phase,
    Promise,
    Rewording,
    Role,
    Situation,
    Suggestion,
    SuggestionWithdrawn,
    SummaryWritten,
    Tone,
    ToneLabel,
    Utterance,
    Word,
)
from assist.store.earlier import EarlierCall, EarlierPromise


def spread(text: str, start: float, end: float) -> tuple[Word, ...]:
    """The words of a text, each as long as the others."""
    said = text.split()
    length = (end - start) / max(1, len(said))
    return tuple(
        Word(text=word, start=start + length * n, end=start + length * (n + 1), confidence=0.9)
        for n, word in enumerate(said)
    )


@dataclass
class Script:
    """Writes a call's events in order and numbers them as a session does."""

    call_id: str
    language: str
    seq: int = 0
    seconds: float = 0.0

    def base(self, at: float) -> dict[str, Any]:
        self.seq += 1
        self.seconds = max(self.seconds, at)
        return {"call_id": self.call_id, "seq": self.seq, "position": int(at * SAMPLE_RATE)}

    def started(self, *channels: Role) -> CallStarted:
        roles = channels or (Role.AGENT, Role.CALLER)
        return CallStarted(**self.base(0), channels=roles, language=self.language)

    def says(
        self, channel: Role, start: float, end: float, text: str, confidence: float = 0.93
    ) -> Utterance:
        return Utterance(
            **self.base(end),
            channel=channel,
            start=start,
            end=end,
            text=text,
            language=self.language,
            confidence=confidence,
            words=spread(text, start, end),
        )

    def shows(self, situation: str, channel: Role, start: float, quote: str) -> Situation:
        return Situation(
            **self.base(self.seconds),
            situation=situation,
            channel=channel,
            start=start,
            quote=quote,
            confidence=0.92,
        )

    def speaking(self, channel: Role, start: float, stable: str, pending: str) -> Partial:
        return Partial(
            call_id=self.call_id,
            seq=self.seq,
            position=int((start + 1.5) * SAMPLE_RATE),
            channel=channel,
            start=start,
            stable=stable,
            pending=pending,
        )

    def tone(
        self,
        end: float,
        label: ToneLabel,
        valence: float,
        *,
        confidence: float = 0.78,
        trend: float = 0.0,
        reasons: tuple[str, ...] = (),
        **more: Any,
    ) -> Tone:
        classes = ("angry", "happy", "sad", "neutral")
        top = confidence if label in classes else 0.34
        rest = (1 - top) / (3 if label in classes else 4)
        shares = {name: round(top if name == label else rest, 4) for name in classes}
        return Tone(
            **self.base(end),
            start=max(0.0, end - 3),
            end=end,
            label=label,
            probabilities=shares,
            valence=valence,
            arousal=-valence,
            confidence=confidence if label in classes else 0.0,
            trend=trend,
            reasons=reasons,
            **more,
        )

    def measured(self, at: float, **changes: Any) -> Mechanics:
        plain = Mechanics(
            **self.base(at),
            talk_ratio=0.46,
            pace={"agent": 128.0, "caller": 140.0},
            overtalk={},
            dead_air=0.0,
            dead_air_total=0.0,
            monologue=0.0,
        )
        return msgspec.structs.replace(plain, **changes)

    def suggests(self, at: float, name: str, words: Words) -> Suggestion:
        return Suggestion(
            **self.base(at),
            id=name,
            situation="anger",
            say=words.say,
            why=words.why,
            because=(
                Evidence(kind="words", text=words.quoted, start=at - 4, channel="caller"),
                Evidence(kind="tone", text=words.heard, start=at - 3, channel="caller"),
            ),
            language=self.language,
            expires=int((at + 30) * SAMPLE_RATE),
            alternatives=words.alternatives,
        )

    def rephrases(self, at: float, name: str, words: Words) -> Suggestion:
        return Suggestion(
            **self.base(at),
            id=name,
            situation="refusal",
            say=words.turned,
            why=words.turned_why,
            because=(Evidence(kind="words", text=words.negative, start=at - 3, channel="agent"),),
            language=self.language,
            expires=int((at + 20) * SAMPLE_RATE),
            kind="rephrase",
            original=words.negative,
        )

    def rewords(self, at: float, name: str, words: Words) -> Rewording:
        return Rewording(**self.base(at), id=name, say=words.reworded, model="house-model")

    def enters(self, at: float, phase: CallPhase) -> Phase:
        return Phase(**self.base(at), phase=phase)

    def ticks(self, at: float, words: Words, *done: int) -> Checklist:
        items = tuple(
            ChecklistItem(
                id=f"i{number}",
                text=text,
                done=number in done,
                start=words.quotes[number][0] if number in done else 0.0,
                quote=words.quotes[number][1] if number in done else "",
            )
            for number, text in enumerate(words.checklist)
        )
        return Checklist(**self.base(at), items=items)

    def promises(self, at: float, words: Words) -> list[Promise]:
        return [
            Promise(
                **self.base(at),
                id=f"p{number}",
                kind=kind,
                quote=quote,
                start=at - 4 + number,
                due=Due(text=due) if due else None,
            )
            for number, (kind, quote, due) in enumerate(words.promised)
        ]

    def written(self, at: float, words: Words) -> SummaryWritten:
        return SummaryWritten(**self.base(at), text=words.written, model="house-model")

    def ended(self, at: float, reason: str = "stop", **more: Any) -> CallEnded:
        return CallEnded(**self.base(at), reason=reason, duration=at, **more)


@dataclass(frozen=True)
class Words:
    """What is said in one language."""

    lines: tuple[tuple[Role, str], ...]
    open_stable: str
    open_pending: str
    say: str
    why: str
    quoted: str
    heard: str
    alternatives: tuple[str, ...]
    reasons: tuple[str, ...]
    customer: str
    negative: str
    turned: str
    turned_why: str
    checklist: tuple[str, ...]
    quotes: dict[int, tuple[float, str]]
    promised: tuple[tuple[str, str, str], ...]
    calmed: str
    summary: str
    reworded: str
    written: str


def known_customer(language: str) -> tuple[EarlierCall, ...]:
    """Two calls of the past and what is owed from them, seen from now."""
    now = datetime.now(UTC)
    words = WORDS[language]

    def promise(number: int, days_ago: int, due: Due | None) -> EarlierPromise:
        kind, quote, _ = words.promised[number]
        said_at = (now - timedelta(days=days_ago)).isoformat()
        return EarlierPromise(
            call_id=f"past-{days_ago}",
            id=f"p{number}",
            kind=kind,
            quote=quote,
            said_at=said_at,
            due=due,
        )

    return (
        EarlierCall(
            call_id="past-1",
            started_at=(now - timedelta(days=1)).isoformat(),
            language=language,
            topic="delivery/late",
            outcome="open",
            mood="angry",
            promises=(promise(0, 1, Due(text=words.promised[0][2], days=1, part="night")),),
        ),
        EarlierCall(
            call_id="past-9",
            started_at=(now - timedelta(days=9)).isoformat(),
            language=language,
            topic="billing/question",
            outcome="solved",
            mood="neutral",
            promises=(promise(2, 9, Due(text="", days=2)),),
        ),
    )


A, C = Role.AGENT, Role.CALLER

WORDS = {
    "tr": Words(
        customer="Deniz Işık",
        lines=(
            (A, "İyi günler, ben Elif. Size nasıl yardımcı olabilirim?"),
            (C, "İyi günler, geçen hafta verdiğim sipariş hâlâ gelmedi."),
            (A, "Sipariş numaranızı alabilir miyim?"),
            (C, "Onu dün de verdim, önceki gün de. Her aradığımda baştan anlatıyorum."),
            (A, "Hemen bakıyorum efendim."),
            (C, "Üç kere aradım, üçünde de yarın gelir dediniz. Artık size inanmıyorum!"),
        ),
        open_stable="Bu iş bugün çözülmezse",
        open_pending="tüketici hakem heyetine",
        say="Haklısınız, üç kez arayıp aynı sözü duymak çok yıpratıcı. "
        "Bu sefer takibi ben üstleniyorum.",
        why="Müşteri aynı sorunu üçüncü kez anlatıyor; önce emeğini görmek, sonra sahiplenmek "
        "onu yatıştırır.",
        quoted="Üç kere aradım, üçünde de yarın gelir dediniz",
        heard="ses görüşmenin başına göre 4 yarım ton yüksek",
        alternatives=(
            "Üç kez aramak zorunda kalmanız bizim hatamız, özür dilerim. Şimdi birlikte çözelim.",
            "Sizi anlıyorum. Kargonuz nerede, hemen şimdi öğrenip size söyleyeceğim.",
        ),
        reasons=(
            "Ses, görüşmenin başına göre 4 yarım ton yüksek",
            "Konuşma %25 daha hızlı",
            "Ses belirgin biçimde daha gür",
        ),
        negative="Kargonuzu bugün teslim edemeyiz.",
        turned="Kargonuzu en erken [tarih] teslim edebiliriz.",
        turned_why="Bugün olmayanı değil, ne zaman olacağını söyleyin; tarihi bilmiyorsanız "
        "öğrenip söyleyin.",
        checklist=(
            "Karşıla, kendini tanıt",
            "Müşteriyi ya da kaydını doğrula",
            "Sorunu netleştir, anladığını söyle",
            "Çözüm ya da yol sun",
            "Her şeyin tamam olup olmadığını sor",
            "Vedalaş",
        ),
        quotes={
            0: (1.0, "İyi günler, ben Elif."),
            1: (12.7, "Sipariş numaranızı alabilir miyim?"),
            3: (38.0, "Kargonuzu yarın öğleden önce kapınıza getiriyoruz"),
            4: (50.0, "Başka yardımcı olabileceğim bir konu var mı?"),
        },
        promised=(
            ("promise", "yarın öğleden önce kurye size ulaşmış olacak", "yarın öğleden önce"),
            ("promise", "sonucu size ben haber vereceğim", ""),
            ("compensation", "kargo ücretinizi iade ediyorum", ""),
        ),
        calmed="özrünüzden sonra sakinleşti",
        summary="Müşteri beklediği teslimat geciktiği için aradı; ses tonu önce öfkeliydi, sonra "
        "sakindi. Temsilci “kargonuzu yarın öğleden önce kapınıza getiriyoruz” dedi, müşteri bunu "
        "kabul etti; konu çözüldü.",
        reworded="Haklısınız, üç kere arayıp siparişinizi beklemek çok yıpratıcı. Bu sefer "
        "takibi ben üstleniyorum.",
        written="Müşteri geçen hafta verdiği sipariş gelmediği için üçüncü kez aradı ve "
        "öfkeliydi. Teslimat yarın öğleden önceye alındı, müşteri bununla yetindi.",
    ),
    "en": Words(
        customer="Morgan Hill",
        lines=(
            (A, "Good morning, this is Alex. How can I help you?"),
            (C, "Morning. The order I placed last week still hasn't arrived."),
            (A, "Could you give me the order number, please?"),
            (C, "I gave it yesterday, and the day before. I start from zero every time I call."),
            (A, "Let me look that up right away."),
            (
                C,
                "I have called three times and every time it was tomorrow. "
                "I don't believe you any more!",
            ),
        ),
        open_stable="If this isn't settled today",
        open_pending="I'm going to take it to",
        say="You're right: three calls and the same promise each time is exhausting. "
        "This time I will follow it through myself.",
        why="The caller is telling the same problem for the third time; seeing the effort first, "
        "then owning it, calms.",
        quoted="I have called three times and every time it was tomorrow",
        heard="the voice is 4 semitones above the start of the call",
        alternatives=(
            "Having to call three times is our fault, and I'm sorry. Let's solve it together now.",
            "I understand. I'll find out where your parcel is right now and tell you.",
        ),
        reasons=(
            "The voice is 4 semitones above the start of the call",
            "Speech is 25% faster",
            "The voice is clearly louder",
        ),
        negative="We can't deliver your parcel today.",
        turned="The earliest we can deliver your parcel is [date].",
        turned_why="Say when it will be, not that it can't be today; if you don't know the day, "
        "find it out and tell the caller.",
        checklist=(
            "Greet and introduce yourself",
            "Verify the caller or their record",
            "Make the problem clear, play it back",
            "Offer a solution or a way",
            "Ask whether everything is settled",
            "Say goodbye",
        ),
        quotes={
            0: (1.0, "Good morning, this is Alex."),
            1: (12.7, "Could you give me the order number, please?"),
            3: (38.0, "we'll have it at your door before noon tomorrow"),
            4: (50.0, "Is there anything else I can do for you?"),
        },
        promised=(
            (
                "promise",
                "the courier will be with you before noon tomorrow",
                "before noon tomorrow",
            ),
            ("promise", "I'll let you know how it went myself", ""),
            ("compensation", "I'm refunding the delivery fee", ""),
        ),
        calmed="calmed down after your apology",
        summary="The caller was waiting for a late delivery; the tone of voice was angry at first "
        "and calm in the end. The agent said “we'll have it at your door before noon tomorrow”, "
        "which the caller accepted; it is solved.",
        reworded="You're right: three calls about the same order is exhausting. "
        "This time I will follow it through myself.",
        written="The caller rang for the third time about last week's order and was angry. "
        "Delivery is set for before noon tomorrow, which the caller accepted.",
    ),
}


def turns(script: Script, words: Words, count: int) -> Iterator[AnyEvent]:
    """The first `count` turns, with a tone for every second the caller speaks."""
    course = {
        1: (ToneLabel.NEUTRAL, 0.15),
        3: (ToneLabel.UNSURE, -0.15),
        5: (ToneLabel.ANGRY, -0.7),
    }
    at = 1.0
    for index, (channel, text) in enumerate(words.lines[:count]):
        length = max(2.0, len(text) / 11)
        if channel is C:
            label, valence = course[index]
            for second in range(int(length)):
                wave = 0.12 * ((second % 3) - 1)
                yield script.tone(at + second + 1, label, valence + wave, trend=-0.1)
        yield script.says(channel, at, at + length, text)
        at += length + 1.2
        yield script.measured(at)


def opening(script: Script) -> Iterator[AnyEvent]:
    """How every call begins."""
    yield script.started()
    yield script.enters(0, CallPhase.OPENING)
    yield script.ticks(0, WORDS[script.language])


def calm(script: Script) -> Iterator[AnyEvent]:
    """A call that goes well: a calm caller and nothing to say."""
    words = WORDS[script.language]
    yield from opening(script)
    yield from turns(script, words, 3)
    yield script.enters(script.seconds, CallPhase.DISCOVERY)
    yield script.ticks(script.seconds, words, 0, 1)
    yield script.speaking(C, script.seconds, *words.lines[3][1].split(" ", 1))


def angry(script: Script) -> Iterator[AnyEvent]:
    """An upset caller, a suggestion, and the caller still speaking."""
    words = WORDS[script.language]
    yield from opening(script)
    yield from turns(script, words, 6)
    at = script.seconds
    yield script.enters(at, CallPhase.DISCOVERY)
    yield script.ticks(at, words, 0, 1)
    yield script.tone(
        at,
        ToneLabel.ANGRY,
        -0.78,
        confidence=0.84,
        trend=-0.4,
        reasons=words.reasons,
        voice=ToneLabel.UNSURE,
        words=ToneLabel.ANGRY,
        quotes=(Evidence(kind="words", text=words.quoted, start=at - 6, channel="caller"),),
        since=at - 8,
    )
    yield script.suggests(at, "s1", words)
    yield script.speaking(C, at, words.open_stable, words.open_pending)


def negative(script: Script) -> Iterator[AnyEvent]:
    """An agent who says what can't be done."""
    words = WORDS[script.language]
    yield from opening(script)
    yield from turns(script, words, 4)
    at = script.seconds
    yield script.enters(at, CallPhase.SOLUTION)
    yield script.ticks(at, words, 0, 1)
    yield script.says(A, at, at + 3, words.negative)
    yield script.rephrases(at + 3, "s1", words)


def calmed(script: Script) -> Iterator[AnyEvent]:
    """A caller whom an apology and a promise have calmed down."""
    words = WORDS[script.language]
    yield from (event for event in angry(script) if not isinstance(event, Partial))
    at = script.seconds + 5
    yield SuggestionWithdrawn(**script.base(at), id="s1", reason="said")
    yield script.enters(at, CallPhase.SOLUTION)
    yield script.ticks(at, words, 0, 1, 3)
    yield from script.promises(at, words)
    for second, label in enumerate([ToneLabel.ANGRY] * 3 + [ToneLabel.NEUTRAL] * 4):
        good = label is ToneLabel.NEUTRAL
        yield script.tone(
            at + second,
            label,
            -0.7 + second * 0.14,
            trend=0.4,
            reasons=(words.calmed,) if good else words.reasons[:1],
            voice=label,
            since=at + 3 if good else at - 8,
            recovery="apology" if good else "",
        )


def divided(script: Script) -> Iterator[AnyEvent]:
    """A voice that stays calm while the words do not."""
    words = WORDS[script.language]
    yield from opening(script)
    yield from turns(script, words, 6)
    at = script.seconds
    yield script.tone(
        at,
        ToneLabel.UNSURE,
        -0.3,
        voice=ToneLabel.NEUTRAL,
        words=ToneLabel.ANGRY,
        quotes=(Evidence(kind="words", text=words.quoted, start=at - 6, channel="caller"),),
        since=at,
    )


def solved(script: Script) -> Iterator[AnyEvent]:
    """The angry call, calmed down and ended."""
    words = WORDS[script.language]
    yield from (event for event in angry(script) if not isinstance(event, Partial))
    yield from script.promises(script.seconds, words)
    at = script.seconds + 5
    for second, label in enumerate(
        [ToneLabel.ANGRY] * 3 + [ToneLabel.UNSURE] * 3 + [ToneLabel.NEUTRAL] * 4
    ):
        yield script.tone(
            at + second, label, -0.7 + second * 0.11, trend=0.4, reasons=words.reasons[:1]
        )
    yield script.enters(at + 12, CallPhase.CLOSING)
    yield script.ticks(at + 12, words, 0, 1, 3, 4)
    yield script.ended(at + 14, outcome="solved", topic="delivery/late", summary=words.summary)


def kept(script: Script) -> Iterator[AnyEvent]:
    """A call as the store has it: solved, with situations, a lost second and two suggestions."""
    words = WORDS[script.language]
    shown = {1: "delay", 3: "repeat_contact", 5: "complaint"}
    spoken = 0
    at = 0.0
    for said in solved(replace(script)):
        event = msgspec.structs.replace(said, seq=script.seq + 1)
        script.seq, at = event.seq, max(at, event.position / SAMPLE_RATE)
        script.seconds = at
        if isinstance(event, CallEnded):
            script.seq -= 1
            break
        yield event
        if isinstance(event, Utterance):
            if spoken in shown:
                yield script.shows(shown[spoken], event.channel, event.start, event.text[:30])
            if spoken == 2:
                yield Gap(**script.base(at), start=at, length=1.0, reason="overload", channel=C)
            if spoken == 3:
                yield script.rephrases(at, "s0", words)
                yield SuggestionWithdrawn(**script.base(at + 4), id="s0", reason="expired")
            spoken += 1
    at += 2
    yield script.says(A, at, at + 4, words.promised[0][1].capitalize() + ".")
    yield script.says(C, at + 9, at + 10, "Tamam." if script.language == "tr" else "Fine.", 0.3)
    yield script.ended(at + 12, outcome="solved", topic="delivery/late", summary=words.summary)
