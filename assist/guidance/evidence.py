"""What a suggestion came from, put in words a person can check."""

from __future__ import annotations

import re

from assist.events import Evidence, Role, Tone, Utterance
from assist.guidance.conditions import Match
from assist.guidance.situations import Span, Tag

_LONGEST_QUOTE = 120
_MOST_QUOTES = 3
_SHORTEST_QUOTE = 3
_CONTEXT = 60
_LAST_WORDS = re.compile(r"(?:(?<!\S)[^\s.!?…,;:]+ ){1,2}$")
_NEXT_WORDS = re.compile(r"(?: [^\s.!?…,;:]+){1,2}")

_TONES = {
    "tr": {
        "angry": "Öfkeli ses tonu",
        "happy": "Memnun ses tonu",
        "sad": "Üzgün ses tonu",
        "neutral": "Sakin ses tonu",
        "unsure": "Belirsiz ses tonu",
    },
    "en": {
        "angry": "Angry tone of voice",
        "happy": "Happy tone of voice",
        "sad": "Sad tone of voice",
        "neutral": "Calm tone of voice",
        "unsure": "Uncertain tone of voice",
    },
}
_WORDS = {
    "tr": {"angry": "Öfkeli sözler", "happy": "Memnun sözler", "sad": "Üzgün sözler"},
    "en": {"angry": "Angry words", "happy": "Pleased words", "sad": "Sad words"},
}
_MEASURES = {
    "tr": {
        "dead_air": "{value:.0f} saniyedir kimse konuşmuyor",
        "dead_air_total": "Bu görüşmede toplam {value:.0f} saniye sessizlik oldu",
        "monologue": "{who} {value:.0f} saniyedir aralıksız konuşuyor",
        "overtalk": "{who} karşısındakinin sözünü {value:.0f} kez kesti",
        "pace_ratio": "{who} kendi olağan hızından %{percent:.0f} daha hızlı konuşuyor",
        "talk_ratio": "Konuşmanın %{share:.0f} kadarı temsilcide",
        "hold": "Müşteri {value:.0f} saniyedir hatta bekliyor",
        "hold_over": "Söylenen bekleme süresi {value:.0f} saniye aşıldı",
        "holds": "Müşteri daha önce {value:.0f} kez hatta bekletildi",
        "repeated_question": "Temsilci bu soruyu daha önce de sordu",
        "unacknowledged": "{value:.0f} saniyedir müşterinin sıkıntısına değinilmedi",
    },
    "en": {
        "dead_air": "Nobody has spoken for {value:.0f} seconds",
        "dead_air_total": "{value:.0f} seconds of silence in this call so far",
        "monologue": "{who} has been talking for {value:.0f} seconds",
        "overtalk": "Interruptions by {who}: {value:.0f}",
        "pace_ratio": "{who} is speaking {percent:.0f}% faster than usual",
        "talk_ratio": "{share:.0f}% of the talking is the agent's",
        "hold": "The caller has been on hold for {value:.0f} seconds",
        "hold_over": "The hold is {value:.0f} seconds longer than promised",
        "holds": "Holds before this one: {value:.0f}",
        "repeated_question": "The agent has asked this before",
        "unacknowledged": "The caller's distress has gone unanswered for {value:.0f} seconds",
    },
}
_LASTING = ("dead_air", "monologue", "hold", "unacknowledged")
_SPEAKERS = {
    "tr": {"agent": "Temsilci", "caller": "Müşteri"},
    "en": {"agent": "The agent", "caller": "The caller"},
}


def evidence(match: Match, speaker: str, language: str, now: float) -> tuple[Evidence, ...]:
    """Quotes first, then the tone, then measures; `now` is in seconds."""
    found: list[Evidence] = []
    present = sorted(match.sightings, key=lambda one: -one.tag.confidence)
    for seen in (*present, *match.earlier):
        said = quote(seen.tag, seen.utterance)
        if said not in found and len(found) < _MOST_QUOTES:
            found.append(said)
    if match.tone is not None:
        found.append(_tone(match.tone, language))
    found.extend(_measure(name, value, speaker, language, now) for name, value in match.measures)
    return tuple(found)


def quote(tag: Tag, utterance: Utterance) -> Evidence:
    """The words that show `tag`, short but understandable, and when they were said."""
    span = _in_context(tag.evidence[0], utterance.text)
    text = span.text if len(span.text) <= _LONGEST_QUOTE else span.text[:_LONGEST_QUOTE] + "…"
    return Evidence("words", text, time_of(span, utterance), utterance.channel.value)


def _in_context(span: Span, text: str) -> Span:
    """The words themselves, and for a quote too short to be understood two on either side."""
    if len(span.text.split()) >= _SHORTEST_QUOTE:
        return span
    before = _LAST_WORDS.search(text, max(0, span.start - _CONTEXT), span.start)
    after = _NEXT_WORDS.match(text, span.end, span.end + _CONTEXT)
    start = before.start() if before else span.start
    end = after.end() if after else span.end
    return Span(text[start:end], start, end)


def time_of(span: Span, utterance: Utterance) -> float:
    """When the quoted words began: the time of the word that stands there in the text."""
    position = 0
    for word in utterance.words:
        bare = word.text.strip()
        place = utterance.text.find(bare, position, position + len(bare) + 40) if bare else -1
        if place < 0:
            continue
        position = place + len(bare)
        if position > span.start:
            return word.start
    return utterance.start


def _tone(tone: Tone, language: str) -> Evidence:
    by_voice = tone.voice is tone.label or tone.words is not tone.label
    name = (_TONES if by_voice else _WORDS)[language][tone.label.value]
    text = f"{name}: {', '.join(tone.reasons)}" if tone.reasons else name
    return Evidence("tone", text, tone.start, Role.CALLER.value)


def _measure(name: str, value: float, speaker: str, language: str, now: float) -> Evidence:
    about_both = name in ("dead_air", "dead_air_total", "hold", "hold_over", "holds")
    text = _MEASURES[language][name].format(
        value=value, percent=100 * (value - 1), share=100 * value, who=_SPEAKERS[language][speaker]
    )
    start = max(now - value, 0.0) if name in _LASTING else now
    channel = "" if about_both else Role.AGENT.value if name == "talk_ratio" else speaker
    return Evidence("mechanics", text, round(start, 3), channel)
