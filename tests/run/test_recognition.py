"""Which job is recognised when, and by whom; the engine is a fake that waits to be let go."""

from __future__ import annotations

import select
import threading
from collections.abc import Callable
from typing import Any, cast

import numpy as np
import pytest

from assist.call import EarlyJob, Engine, PartialJob, TranscribeJob
from assist.run.recognition import Answer, RecognitionJob, RecognitionThreads
from assist.speech.turns import Turn

OWNER = object()
PATIENCE = 10.0


class FakeEngine:
    """Answers a job with its own name once that name was let go."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self._free: set[str] = set()
        self._changed = threading.Condition()

    def run(self, job: RecognitionJob) -> str:
        name = named(job)
        with self._changed:
            self.begun.append(name)
            self._changed.notify_all()
            assert self._changed.wait_for(lambda: name in self._free, PATIENCE)
        if name.startswith("bad"):
            raise RuntimeError(name)
        return name

    def let_go(self, *names: str) -> None:
        with self._changed:
            self._free.update(names)
            self._changed.notify_all()

    def until_begun(self, name: str) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: name in self.begun, PATIENCE), self.begun


def named(job: RecognitionJob) -> str:
    return job.language if isinstance(job, PartialJob) else job.languages[0]


def turn(end: int) -> Turn:
    return Turn(0, end, np.zeros(end, np.float32), 0)


def final(name: str, channel: int = 0, end: int = 100, number: int = 1) -> TranscribeJob:
    return TranscribeJob(number, channel, turn(end), (name,), None)


def early(name: str, channel: int = 0, end: int = 100) -> EarlyJob:
    return EarlyJob(channel, turn(end), (name,), None)


def partial(name: str, channel: int = 0) -> PartialJob:
    return PartialJob(channel, turn(100), name, 100)


Threads = Callable[[int], RecognitionThreads]


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def threads(engine: FakeEngine) -> Threads:
    return lambda lanes: RecognitionThreads(cast(Engine, engine), lanes)


def answers(recognition: RecognitionThreads, count: int) -> list[Answer]:
    found: list[Answer] = []
    while len(found) < count:
        assert select.select([recognition.ready], [], [], PATIENCE)[0]
        found += recognition.answers()
    assert len(found) == count
    return found


def results(recognition: RecognitionThreads, count: int) -> list[Any]:
    return [answer.result for answer in answers(recognition, count)]


def test_a_final_need_not_wait_for_a_partial(engine: FakeEngine, threads: Threads) -> None:
    recognition = threads(2)
    recognition.ask(OWNER, partial("slow"), live=True)
    engine.until_begun("slow")
    recognition.ask(OWNER, partial("next"), live=True)
    recognition.ask(OWNER, final("words", channel=1), live=True)
    engine.let_go("words")
    assert results(recognition, 1) == ["words"]
    assert "next" not in engine.begun
    engine.let_go("slow", "next")
    assert results(recognition, 2) == ["slow", "next"]


def test_finals_come_before_partials_and_live_calls_before_files(
    engine: FakeEngine, threads: Threads
) -> None:
    recognition = threads(1)
    recognition.ask(OWNER, final("first"), live=True)
    engine.until_begun("first")
    recognition.ask(OWNER, final("file", channel=1), live=False)
    recognition.ask(OWNER, partial("partial", channel=2), live=True)
    recognition.ask(OWNER, final("live", channel=3), live=True)
    engine.let_go("first", "file", "partial", "live")
    assert results(recognition, 4) == ["first", "live", "partial", "file"]


def test_an_early_answer_is_the_finals(engine: FakeEngine, threads: Threads) -> None:
    recognition = threads(2)
    recognition.ask(OWNER, early("words"), live=True)
    engine.until_begun("words")
    recognition.ask(OWNER, final("words", number=7), live=True)
    engine.let_go("words")
    (answer,) = answers(recognition, 1)
    assert isinstance(answer.job, TranscribeJob)
    assert (answer.job.number, answer.result, engine.begun) == (7, "words", ["words"])


def test_an_early_answer_is_kept_until_the_turn_ends(engine: FakeEngine, threads: Threads) -> None:
    recognition = threads(2)
    engine.let_go("words", "mark")
    recognition.ask(OWNER, early("words"), live=True)
    engine.until_begun("words")
    recognition.ask(OWNER, partial("mark", channel=1), live=True)  # begins after it has ended
    assert results(recognition, 1) == ["mark"]
    recognition.ask(OWNER, final("words", number=7), live=True)
    assert results(recognition, 1) == ["words"]
    assert engine.begun == ["words", "mark"]


def test_a_turn_that_went_on_is_recognised_anew(engine: FakeEngine, threads: Threads) -> None:
    recognition = threads(2)
    engine.let_go("words")
    recognition.ask(OWNER, early("words", end=100), live=True)
    engine.until_begun("words")
    recognition.ask(OWNER, final("words", end=200), live=True)
    assert results(recognition, 1) == ["words"]
    assert engine.begun == ["words", "words"]


def test_of_partials_only_the_newest_is_recognised(engine: FakeEngine, threads: Threads) -> None:
    recognition = threads(1)
    recognition.ask(OWNER, final("first"), live=True)
    engine.until_begun("first")
    recognition.ask(OWNER, partial("old"), live=True)
    recognition.ask(OWNER, partial("new"), live=True)
    engine.let_go("first", "old", "new")
    assert results(recognition, 2) == ["first", "new"]
    assert engine.begun == ["first", "new"]


def test_what_goes_wrong_is_an_answer_too(engine: FakeEngine, threads: Threads) -> None:
    recognition = threads(1)
    engine.let_go("bad", "good")
    recognition.ask(OWNER, final("bad"), live=True)
    assert isinstance(results(recognition, 1)[0], RuntimeError)
    recognition.ask(OWNER, final("good"), live=True)
    assert results(recognition, 1) == ["good"]


def test_nothing_of_a_call_that_left_is_begun(engine: FakeEngine, threads: Threads) -> None:
    recognition = threads(1)
    other = object()
    recognition.ask(OWNER, final("first"), live=True)
    engine.until_begun("first")
    for job in (final("gone"), early("gone too", channel=1), partial("gone as well", channel=2)):
        recognition.ask(other, job, live=True)
    recognition.ask(OWNER, final("last", channel=1), live=True)
    recognition.forget(other)
    engine.let_go("first", "last")
    assert results(recognition, 2) == ["first", "last"]
    assert engine.begun == ["first", "last"]
