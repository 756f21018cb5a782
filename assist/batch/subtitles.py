"""The words of a call as subtitles, SubRip (SRT) and WebVTT, each line with who speaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from assist.events import Event, Utterance

_SPEAKERS: Final = {
    "tr": {"agent": "Temsilci", "caller": "Müşteri", "mixed": "Konuşan"},
    "en": {"agent": "Agent", "caller": "Caller", "mixed": "Speaker"},
}
_LONGEST: Final = 6.0
"""Seconds that one subtitle stands; longer turns are cut between words."""


def srt(events: Iterable[Event]) -> str:
    """The call as SRT."""
    parts = [
        f"{number}\n{_clock(start, ',')} --> {_clock(end, ',')}\n{speaker}: {text}\n"
        for number, (start, end, speaker, text) in enumerate(_lines(events), start=1)
    ]
    return "\n".join(parts)


def vtt(events: Iterable[Event]) -> str:
    """The call as WebVTT, with the speaker as a voice."""
    parts = ["WEBVTT\n"]
    for start, end, speaker, text in _lines(events):
        safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        parts.append(f"{_clock(start, '.')} --> {_clock(end, '.')}\n<v {speaker}>{safe}\n")
    return "\n".join(parts)


def _lines(events: Iterable[Event]) -> Iterator[tuple[float, float, str, str]]:
    said = [event for event in events if isinstance(event, Utterance)]
    for one in sorted(said, key=lambda event: (event.start, event.end)):
        speaker = _SPEAKERS.get(one.language, _SPEAKERS["en"])[one.channel.value]
        if not one.words:
            yield one.start, one.end, speaker, one.text
            continue
        words = list(one.words)
        while words:
            until = words[0].start + _LONGEST
            count = max(1, sum(word.end <= until for word in words))
            part, words = words[:count], words[count:]
            yield part[0].start, part[-1].end, speaker, " ".join(word.text for word in part)


def _clock(seconds: float, point: str) -> str:
    thousandths = round(seconds * 1000)
    minutes, thousandths = divmod(thousandths, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{thousandths // 1000:02}{point}{thousandths % 1000:03}"
