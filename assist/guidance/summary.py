"""Two or three plain sentences about a call, in its language, from the record alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assist.events import Tone, ToneLabel
from assist.guidance.outcome import OutcomeFinder
from assist.guidance.promises import PROMISE, PromiseDraft
from assist.guidance.topics import topics
from assist.text import fold

_LASTING = 2
_MOST_DUES = 3
_LONGEST = 110
_AND = re.compile(r"^(?:ama|fakat|ancak|lakin|but|however|although|though)\b[\s,]*", re.IGNORECASE)

_TEXTS = {
    "tr": {
        "no_topic": "Müşterinin neden aradığı anlaşılmadı.",
        "mixed": "Kimin konuştuğu ayırt edilemediği için sonuç bilinmiyor.",
        "confirmed": "Müşteri sorunun çözüldüğünü söyledi.",
        "confirmed_by": "Temsilci “{done}” dedi; müşteri sorunun çözüldüğünü söyledi.",
        "accepted": "Temsilcinin sunduğu çözümü müşteri kabul etti; konu çözüldü.",
        "accepted_by": "Temsilci “{done}” dedi, müşteri bunu kabul etti; konu çözüldü.",
        "blocked": "Temsilci çözüm sunamadı: “{blocked}”. Sorun çözülmedi.",
        "rejected": "Müşteri sunulan yolla sorununun çözülmediğini söyledi.",
        "unsolved": "Sorun çözülmeden görüşme bitti.",
        "pending": "Temsilci konuyu takibe aldı; sonuç daha belli değil.",
        "given": "Temsilci bir çözüm sundu; müşterinin buna ne dediği bilinmiyor.",
        "given_by": "Temsilci “{done}” dedi; müşterinin buna ne dediği bilinmiyor.",
        "open": "Görüşme bir sonuca varmadan bitti.",
        "promise": "Bir söz verildi: {dues}.",
        "promise_undated": "Tarihi belli olmayan bir söz verildi.",
        "promises": "{count} söz verildi: {dues}.",
        "promises_some_dated": "{count} söz verildi; tarihi belli olan: {dues}.",
        "promises_undated": "{count} söz verildi; hiçbirinin tarihi belli değil.",
        "compensation": "Telafi sunuldu.",
        "tone_same": "ses tonu {first}",
        "tone_changed": "ses tonu önce {first}, sonra {last}",
        "tone_between": "ses tonu arada {worst}, sonunda {last}",
        "angry": "öfkeliydi",
        "happy": "memnundu",
        "sad": "üzgündü",
        "neutral": "sakindi",
    },
    "en": {
        "no_topic": "Why the caller rang is not clear.",
        "mixed": "The outcome is not known, because nobody knows who spoke.",
        "confirmed": "The caller said that it is solved.",
        "confirmed_by": "The agent said “{done}”; the caller said that it is solved.",
        "accepted": "The caller accepted what the agent did; it is solved.",
        "accepted_by": "The agent said “{done}”, which the caller accepted; it is solved.",
        "blocked": "The agent had no solution: “{blocked}”. It is not solved.",
        "rejected": "The caller said that what was offered did not solve it.",
        "unsolved": "The call ended without a solution.",
        "pending": "The agent is seeing to it; the result is not known yet.",
        "given": "The agent offered a solution; what the caller thinks of it is not known.",
        "given_by": "The agent said “{done}”; what the caller thinks of it is not known.",
        "open": "The call ended before there was a result.",
        "promise": "One promise was made, for {dues}.",
        "promise_undated": "One promise was made, without a date.",
        "promises": "{count} promises were made, for {dues}.",
        "promises_some_dated": "{count} promises were made; with a date: {dues}.",
        "promises_undated": "{count} promises were made, none with a date.",
        "compensation": "Something was given to make up for it.",
        "tone_same": "the tone of voice was {first}",
        "tone_changed": "the tone of voice was {first} at first and {last} in the end",
        "tone_between": "the tone of voice was {worst} for a while and {last} in the end",
        "angry": "angry",
        "happy": "pleased",
        "sad": "sad",
        "neutral": "calm",
    },
}


class ToneCourse:
    """The caller's tone from first to last, as far as it was sure and lasted."""

    def __init__(self) -> None:
        self._runs: list[tuple[ToneLabel, int]] = []

    def observe(self, tone: Tone) -> None:
        """Take the next tone."""
        if tone.label is ToneLabel.UNSURE:
            return
        if self._runs and self._runs[-1][0] is tone.label:
            self._runs[-1] = (tone.label, self._runs[-1][1] + 1)
        else:
            self._runs.append((tone.label, 1))

    def text(self, language: str) -> str:
        """The course in a few words; empty when nothing is known."""
        lasting = [label for label, length in self._runs if length >= _LASTING]
        if not lasting:
            return ""
        first, last = lasting[0], lasting[-1]
        between = first is last and ToneLabel.ANGRY in lasting and last is not ToneLabel.ANGRY
        kind = "between" if between else "same" if first is last else "changed"
        texts = _TEXTS[language]
        return texts[f"tone_{kind}"].format(
            first=texts[first], last=texts[last], worst=texts[ToneLabel.ANGRY]
        )


def summary(
    language: str,
    *,
    topic: str,
    outcome: str,
    finder: OutcomeFinder,
    promises: Sequence[PromiseDraft],
    tone: ToneCourse,
) -> str:
    """Why the caller rang and in what tone; what was done and how it ended; what was promised."""
    texts = _TEXTS[language]
    known = topics(language).topics.get(topic)
    reason = known.summary if known else texts["no_topic"]
    if course := tone.text(language):
        reason = f"{reason.removesuffix('.')}; {course}."
    sentences = [reason, _ending(outcome, finder, promises, texts), *_promised(promises, language)]
    return " ".join(sentences)


def _ending(
    outcome: str, finder: OutcomeFinder, promises: Sequence[PromiseDraft], texts: dict[str, str]
) -> str:
    if finder.mixed:
        return texts["mixed"]
    done, blocked = (_inside(finder.quotes.get(name, "")) for name in ("given", "blocked"))
    # what is quoted as a promise beside the summary need not be quoted in it
    by = "_by" if done and all(done not in promise.quote for promise in promises) else ""
    if outcome == "solved":
        name = ("confirmed" if finder.verdict == "yes" else "accepted") + by
    elif outcome == "unsolved" and finder.standing == "blocked":
        name = "blocked"
    elif outcome == "unsolved":
        name = "rejected" if done else "unsolved"
    elif finder.standing == "given":
        name = "given" + by
    else:
        name = "pending" if finder.standing == "pending" else "open"
    return texts[name].format(done=done, blocked=blocked)


def _promised(promises: Sequence[PromiseDraft], language: str) -> list[str]:
    """How many promises there are and for when; their words stand in a list of their own."""
    texts = _TEXTS[language]
    made = [one for one in promises if one.kind == PROMISE]
    sentences = []
    if made:
        dues = [f"“{text}”" for text in _dues(made, language)]
        dated = sum(one.due is not None for one in made)
        name = "promise" if len(made) == 1 else "promises"
        if not dated:
            name += "_undated"
        elif dated < len(made):
            name += "_some_dated"
        named = ", ".join(dues[:_MOST_DUES]) + (" …" if len(dues) > _MOST_DUES else "")
        sentences.append(texts[name].format(count=len(made), dues=named))
    if len(made) < len(promises):
        sentences.append(texts["compensation"])
    return sentences


def _dues(promises: Sequence[PromiseDraft], language: str) -> list[str]:
    """The times that were named, each once."""
    return list(
        {fold(one.due.text, language): one.due.text for one in promises if one.due}.values()
    )


def _inside(quote: str) -> str:
    """Words as they stand inside a sentence of our own."""
    bare = _AND.sub("", quote.strip().strip(".,;:!… "))
    return bare if len(bare) <= _LONGEST else bare[:_LONGEST].rsplit(" ", 1)[0] + "…"
