"""One page about a call, from its events alone, in the call's language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeVar

from assist.events import (
    SAMPLE_RATE,
    CallEnded,
    CallStarted,
    Checklist,
    Event,
    Mechanics,
    Note,
    Promise,
    Suggestion,
    Tone,
    Utterance,
)
from assist.guidance.quality import QualityNames, quality_names
from assist.guidance.scorecard import Quality, scorecard
from assist.guidance.topics import topics

_E = TypeVar("_E", bound=Event)

_TEXTS = {
    "en": {
        "outcome": "Outcome",
        "solved": "solved",
        "unsolved": "not solved",
        "open": "open",
        "topic": "About",
        "promises": "Promised",
        "left_out": "Left out",
        "duration": "Duration",
        "language": "Language",
        "talk_ratio": "Agent's share of speech",
        "overtalk": "Broke in",
        "dead_air": "Silence",
        "times": "agent {agent}×, caller {caller}×",
        "tone": "The caller's tone",
        "course": "Course",
        "no_tone": "Not estimated.",
        "suggestions": "Moments that called for help",
        "no_suggestions": "None.",
        "notes": "Notes",
        "scorecard": "Scorecard",
        "not_enough": "not enough evidence",
        "base": "from {base:g}",
        "words": "What was said",
        "nothing": "Nothing was said.",
        "agent": "Agent",
        "caller": "Caller",
        "mixed": "Speaker",
        "angry": "angry",
        "happy": "happy",
        "sad": "sad",
        "neutral": "calm",
        "unsure": "not sure",
    },
    "tr": {
        "outcome": "Sonuç",
        "solved": "çözüldü",
        "unsolved": "çözülmedi",
        "open": "sonuçlanmadı",
        "topic": "Konu",
        "promises": "Verilen sözler",
        "left_out": "Yapılmayanlar",
        "duration": "Süre",
        "language": "Dil",
        "talk_ratio": "Temsilcinin konuşma payı",
        "overtalk": "Söz kesme",
        "dead_air": "Sessizlik",
        "times": "temsilci {agent} kez, müşteri {caller} kez",
        "tone": "Müşterinin ses tonu",
        "course": "Seyir",
        "no_tone": "Değerlendirilmedi.",
        "suggestions": "Destek gerektiren anlar",
        "no_suggestions": "Yok.",
        "notes": "Notlar",
        "scorecard": "Puan kartı",
        "not_enough": "yeterli kanıt yok",
        "base": "taban {base:g}",
        "words": "Konuşulanlar",
        "nothing": "Konuşma duyulmadı.",
        "agent": "Temsilci",
        "caller": "Müşteri",
        "mixed": "Konuşan",
        "angry": "öfkeli",
        "happy": "memnun",
        "sad": "üzgün",
        "neutral": "sakin",
        "unsure": "emin değil",
    },
}


def summarize(events: Sequence[Event]) -> str:
    """Markdown: what it was about, the figures, the tone's course, the moments that called for
    help, the scorecard, the words."""
    texts = _TEXTS[_language(events)]
    parts = [
        f"# {events[0].call_id}",
        *_record(events, texts),
        _figures(events, texts),
        f"## {texts['tone']}\n\n{_tone(_of(events, Tone), texts)}",
        f"## {texts['suggestions']}\n\n{_suggestions(_of(events, Suggestion), texts)}",
        f"## {texts['scorecard']}\n\n{_scorecard(events, texts)}",
        f"## {texts['words']}\n\n{_words(_of(events, Utterance), texts)}",
    ]
    if notes := _of(events, Note):
        parts.insert(-4, f"## {texts['notes']}\n\n" + "\n".join(f"- {note.text}" for note in notes))
    return "\n\n".join(parts) + "\n"


def _of(events: Sequence[Event], kind: type[_E]) -> list[_E]:
    return [event for event in events if isinstance(event, kind)]


def _language(events: Sequence[Event]) -> str:
    said = Counter(event.language for event in _of(events, Utterance))
    found = said.most_common(1)[0][0] if said else _of(events, CallStarted)[0].language
    return found if found in _TEXTS else "en"


def _record(events: Sequence[Event], texts: dict[str, str]) -> list[str]:
    """The summary in sentences, then outcome, topic, promises and what was left out."""
    ended = _of(events, CallEnded)[-1]
    about = topics(_language(events)).topics.get(ended.topic)
    rows = [(texts["outcome"], texts.get(ended.outcome, ""))]
    rows.append((texts["topic"], about.name if about else ""))
    rows.append((texts["promises"], "; ".join(map(_promise, _of(events, Promise)))))
    if lists := _of(events, Checklist):
        left = [item.text for item in lists[-1].items if not item.done]
        rows.append((texts["left_out"], "; ".join(left)))
    lines = "\n".join(f"- {name}: {value}" for name, value in rows if value)
    return [part for part in (ended.summary, lines) if part]


def _promise(promise: Promise) -> str:
    due = f" ({promise.due.text})" if promise.due else ""
    return f"{clock(promise.start)} “{promise.quote}”{due}"


def _figures(events: Sequence[Event], texts: dict[str, str]) -> str:
    rows = [(texts["duration"], clock(_of(events, CallEnded)[-1].duration))]
    languages = sorted({event.language for event in _of(events, Utterance)})
    if languages:
        rows.append((texts["language"], ", ".join(languages)))
    if mechanics := _of(events, Mechanics):
        last = mechanics[-1]
        if len(_of(events, CallStarted)[0].channels) > 1:
            rows.append((texts["talk_ratio"], _percent(last.talk_ratio, texts)))
            counts = {"agent": 0, "caller": 0} | last.overtalk
            rows.append((texts["overtalk"], texts["times"].format(**counts)))
        rows.append((texts["dead_air"], clock(last.dead_air_total)))
    return "\n".join(f"- {name}: {value}" for name, value in rows)


def _tone(tones: Sequence[Tone], texts: dict[str, str]) -> str:
    if not tones:
        return texts["no_tone"]
    lengths: Counter[str] = Counter()
    turns: list[str] = []
    last_label = None
    for index, tone in enumerate(tones):
        previous = tones[index - 1].end if index else tone.start
        lengths[tone.label] += max(0.0, tone.end - max(tone.start, previous))  # type: ignore[assignment]
        if tone.label != last_label:
            reasons = f" ({'; '.join(tone.reasons)})" if tone.reasons else ""
            turns.append(f"- {clock(tone.end)} {texts[tone.label]}{reasons}")
            last_label = tone.label
    total = sum(lengths.values()) or 1.0
    shares = ", ".join(
        f"{texts[label]} {_percent(length / total, texts)}"
        for label, length in lengths.most_common()
    )
    return f"{shares}\n\n{texts['course']}:\n\n" + "\n".join(turns)


def _suggestions(suggestions: Sequence[Suggestion], texts: dict[str, str]) -> str:
    if not suggestions:
        return texts["no_suggestions"]
    return "\n".join(
        f"- {clock(suggestion.position / SAMPLE_RATE)} **{suggestion.say}** {suggestion.why}"
        + "".join(f" “{item.text}”" for item in suggestion.because if item.kind == "words")
        for suggestion in suggestions
    )


def _scorecard(events: Sequence[Event], texts: dict[str, str]) -> str:
    """Each quality with the evidence that moved it; one reason where nothing can be said."""
    card = scorecard(events)
    named = quality_names(_language(events))
    if card.score is None:
        return named.missing[card.qualities[0].missing]
    lines = []
    for quality in card.qualities:
        shown = texts["not_enough"] if quality.score is None else f"**{quality.score}**"
        base = f" ({texts['base'].format(base=quality.base)})" if quality.evidence else ""
        lines.append(f"- {named.qualities[quality.id]}: {shown}{base}")
        lines += [f"  - {line}" for line in _pieces(quality, named)]
    return "\n".join(lines)


def _pieces(quality: Quality, named: QualityNames) -> Iterator[str]:
    for piece in quality.evidence:
        quote = f" “{piece.text}”" if piece.text else ""
        points = f"{piece.points:+g}".replace("-", "−") if piece.points else "0"
        name = named.rules[piece.rule].name.format(value=piece.value)
        when = f"{clock(piece.start)} " if piece.start else ""  # without: of the whole call
        yield f"{points} · {when}{name}{quote}"


def _words(utterances: Sequence[Utterance], texts: dict[str, str]) -> str:
    if not utterances:
        return texts["nothing"]
    return "\n".join(
        f"- {clock(said.start)} **{texts[said.channel]}**: {said.text}" for said in utterances
    )


def _percent(share: float, texts: dict[str, str]) -> str:
    value = round(100 * share)
    return f"%{value}" if texts is _TEXTS["tr"] else f"{value} %"


def clock(seconds: float) -> str:
    """Seconds as minutes and seconds: 4:07."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
