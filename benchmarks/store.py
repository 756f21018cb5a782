"""How fast calls are written, found and opened.

    .venv/bin/python benchmarks/store.py [--calls N] [--url URL]

Fills an empty database with synthetic calls by the store's own writer, as a busy server would, and
prints written events a second. Then it asks for pages of 50 calls by words, filters and both, and
opens calls as a replay does: events, feedback, annotations and the peaks of the sound, a part of
them an hour long. Times are those of one request after the other, in milliseconds.

The database is SQLite in a temporary folder; `--url` names another one, which has to be empty.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from assist.audio.frames import CallInfo, Encoding, Leg
from assist.config import Settings, StoreSettings
from assist.events import (
    CallEnded,
    CallStarted,
    Event,
    Mechanics,
    Role,
    Situation,
    Tone,
    ToneLabel,
    Utterance,
    Word,
)
from assist.store import Annotation, Filters, Recordings, Store
from assist.store.records import EventRecord

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
LEGS = (Leg(Encoding.MULAW, 8000, (Role.AGENT, Role.CALLER)),)
COMMON = [
    "kargo",
    "sipariş",
    "iade",
    "fatura",
    "hesap",
    "internet",
    "müşteri",
    "ürün",
    "ödeme",
    "iptal",
    "adres",
    "numara",
    "teşekkür",
    "merhaba",
    "yardım",
    "sorun",
    "gecikti",
    "gelmedi",
    "bekliyorum",
    "istiyorum",
    "lütfen",
    "hemen",
    "bugün",
    "yarın",
    "tamam",
]
SITUATIONS = ("cancellation", "delay", "apology", "greeting", "thanks", "price")
TOPICS = ("delivery/late", "delivery/lost", "billing/high", "account/locked", "product/broken")
LONG_EVERY = 500
"""Every so many calls one is an hour long."""
ASKED = 40
"""Requests of each kind."""


class Words:
    """Words with the frequencies of a language: a few everywhere, most of them rare."""

    def __init__(self, dice: random.Random) -> None:
        syllables = [a + b for a in "bcdfghklmnprstvyz" for b in "aeıioöuü"]
        rare = ["".join(dice.choices(syllables, k=dice.randint(2, 4))) for _ in range(20_000)]
        self.words = [*COMMON, *rare]
        self._weights = list(itertools.accumulate(1 / (n + 2) for n in range(len(self.words))))
        self._dice = dice

    def some(self, count: int) -> list[str]:
        return self._dice.choices(self.words, cum_weights=self._weights, k=count)


def call_events(call_id: str, dice: random.Random, words: Words, turns: int) -> Iterator[Event]:
    """A call of `turns` turns of 6 seconds, two tones and a bit of mechanics in each."""
    seq = 0

    def place(second: float) -> dict[str, Any]:
        nonlocal seq
        seq += 1
        return {"call_id": call_id, "seq": seq, "position": int(second * 16_000)}

    yield CallStarted(**place(0), channels=LEGS[0].roles, language="tr")
    mood = dice.choice(list(ToneLabel))
    for turn in range(turns):
        start = turn * 6.0
        said = words.some(dice.randint(4, 16))
        spans = [Word(w, start + n * 0.4, start + n * 0.4 + 0.3, 0.8) for n, w in enumerate(said)]
        channel = (Role.AGENT, Role.CALLER)[turn % 2]
        yield Utterance(
            **place(start + 5),
            channel=channel,
            start=start,
            end=start + 5,
            text=" ".join(said).capitalize() + ".",
            language="tr",
            confidence=0.8,
            words=tuple(spans),
        )
        if dice.random() < 0.2:
            yield Situation(
                **place(start + 5),
                situation=dice.choice(SITUATIONS),
                channel=channel,
                start=start,
                quote=said[0],
                confidence=0.9,
            )
        for second in (5.0, 6.0):
            yield Tone(
                **place(start + second),
                start=start + second - 2,
                end=start + second,
                label=mood,
                probabilities={"angry": 0.2, "happy": 0.2, "sad": 0.2, "neutral": 0.4},
                valence=0.0,
                arousal=0.1,
                confidence=0.6,
                trend=0.0,
                reasons=("sesi yükseldi",),
            )
        yield Mechanics(
            **place(start + 6),
            talk_ratio=0.5,
            pace={"agent": 120.0, "caller": 140.0},
            overtalk={"agent": 0, "caller": 1},
            dead_air=0.0,
            dead_air_total=1.0,
            monologue=5.0,
        )
    yield CallEnded(
        **place(turns * 6),
        reason="stop",
        duration=turns * 6.0,
        outcome=dice.choice(("solved", "unsolved", "open")),
        topic=dice.choice(TOPICS),
    )


async def fill(store: Store, count: int, dice: random.Random, words: Words) -> tuple[int, float]:
    """How many events were written, and in how many seconds; making them up does not count."""
    written, spent = 0, 0.0
    for first in range(0, count, 200):
        made = []
        for number in range(first, min(first + 200, count)):
            turns = 600 if number % LONG_EVERY == 0 else dice.randint(4, 16)
            made.append((number, list(call_events(f"call-{number}", dice, words, turns))))
        records = [(number, [EventRecord.of(event) for event in told]) for number, told in made]
        begun = time.perf_counter()
        for number, told in records:
            started_at = BEGIN + timedelta(minutes=number * 3)
            agent, customer = f"agent-{number % 100}", f"c-{number % 5000}"
            info = CallInfo(f"call-{number}", LEGS, "tr", agent, customer)
            await store.call_started(info, started_at, f"{number % 100}/call-{number}.flac")
            for record in told:
                await store.append_record(record)
            await store.call_ended(
                info.call_id, reason="stop", duration=len(told) / 3, ended_at=started_at
            )
            written += len(told)
        await store.flush()
        spent += time.perf_counter() - begun
    return written, spent


def questions(dice: random.Random, words: Words, count: int) -> dict[str, Callable[[], Filters]]:
    """What is searched for, by kind."""
    rare = words.words[len(COMMON) + 2000 :]

    def days() -> dict[str, Any]:
        since = BEGIN + timedelta(minutes=dice.randrange(count * 3))
        return {"since": since, "until": since + timedelta(days=7)}

    return {
        "no filter": Filters,
        "a frequent word": lambda: Filters(q=dice.choice(COMMON)),
        "a rare word": lambda: Filters(q=dice.choice(rare)),
        "two frequent words": lambda: Filters(q=" ".join(dice.sample(COMMON, 2))),
        "a phrase": lambda: Filters(q='"' + " ".join(dice.sample(COMMON[:8], 2)) + '"'),
        "a beginning of words": lambda: Filters(q=dice.choice(rare)[:3]),
        "situation and tone": lambda: Filters(situation=dice.choice(SITUATIONS), tone="angry"),
        "agent and topic": lambda: Filters(agent=f"agent-{dice.randrange(100)}", topic="delivery"),
        "a frequent word in a week": lambda: Filters(q=dice.choice(COMMON), **days()),
        "a word, tone and outcome": lambda: Filters(
            q=dice.choice(COMMON), tone="sad", outcome="unsolved"
        ),
        "nothing there is": lambda: Filters(q="bulunmayansözcük", tone="sad"),
    }


async def times(count: int, ask: Callable[[], Awaitable[object]]) -> list[float]:
    found = []
    for _ in range(count):
        begun = time.perf_counter()
        await ask()
        found.append((time.perf_counter() - begun) * 1000)
    return found


def show(name: str, found: list[float]) -> None:
    middle, late = np.percentile(found, [50, 95])
    print(f"  {name:28} median {middle:7.1f}   p95 {late:7.1f}   most {max(found):7.1f}")


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--url", default="")
    options = parser.parse_args()
    dice = random.Random(1)
    words = Words(dice)
    with tempfile.TemporaryDirectory() as folder:
        url = options.url or f"sqlite:///{folder}/calls.db"
        settings = Settings(
            store=StoreSettings(url=url), recordings={"url": f"{folder}/recordings"}
        )
        store = Store.open(settings.store)
        written, spent = await fill(store, options.calls, dice, words)
        print(f"{options.calls} calls, {written} events: {written / spent:.0f} events/s written")
        await search_them(store, dice, words, options.calls)
        await open_them(store, settings, dice, options.calls)
        await store.close()


async def search_them(store: Store, dice: random.Random, words: Words, count: int) -> None:
    every: list[float] = []
    print("search, a page of 50 calls, ms")
    for name, question in questions(dice, words, count).items():

        async def search(question: Callable[[], Filters] = question) -> object:
            return msgspec.json.encode(await store.search(question(), limit=50))

        found = await times(ASKED, search)
        every += found
        show(name, found)
    show("all of these", every)


async def open_them(store: Store, settings: Settings, dice: random.Random, count: int) -> None:
    long_ones = list(range(0, count, LONG_EVERY))
    opened = [dice.choice(long_ones) if n % 2 else dice.randrange(count) for n in range(100)]
    for number in set(opened):
        path = Path(settings.recordings.url) / f"{number % 100}/call-{number}.flac.peaks"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(np.random.default_rng(number).bytes(2 * 100 * 3600))
        mark = Annotation(
            call_id=f"call-{number}",
            id=f"mark-{number:08}",
            kind="note",
            text="Geri aranacak.",
            made_at=BEGIN.isoformat(),
        )
        await store.annotate(mark)
        await store.feedback(f"call-{number}", "s1", "used")
    await store.flush()
    recordings = Recordings(settings)
    print("a call opened for replay, ms")
    for name, length in (("an hour", 1), ("some minutes", 0)):
        numbers = iter(opened[length::2])

        async def replay(numbers: Iterator[int] = numbers) -> object:
            call = await store.call(f"call-{next(numbers)}")
            assert call is not None
            events = await store.events(call.call_id)
            body = "[" + ",".join(record.json for record in events) + "]"
            marks = await store.annotations_of(call.call_id)
            given = await store.feedback_of(call.call_id)
            peaks = await recordings.peaks(call.recording, 2, 10)
            assert peaks is not None
            rest = (marks, given, np.round(peaks, 3).tolist())
            return body.encode(), msgspec.json.encode(rest)

        show(name, await times(len(opened) // 2, replay))


if __name__ == "__main__":
    asyncio.run(main())
