"""The optional language model: suggestions in the call's context, and summaries.

It stands beside the calls, never in their way. A suggestion is shown at once; what the model
makes of it comes later as an event of its own, or not at all. Everything it writes is checked
(`assist.guidance.checked`) and marked with its name. Without it nothing is missing.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any, Literal

import structlog

from assist.config import LanguageModelSettings
from assist.events import (
    CallEnded,
    Event,
    Promise,
    Rewording,
    Suggestion,
    SuggestionWithdrawn,
    SummaryWritten,
    Utterance,
)
from assist.guidance.checked import check_rewording, check_summary
from assist.server.endpoint import Endpoint, EndpointError, Message
from assist.server.metrics import Metrics
from assist.server.prompts import recent, rewording_prompt, summary_prompt

Purpose = Literal["rewording", "summary"]
Append = Callable[[Event], None]

_LOG_EVERY = 60.0
_WAITING_SUMMARIES = 100
_LONGEST = {"rewording": 160, "summary": 600}
_THOUGHT = re.compile(r"^\s*<think>.*?</think>", re.DOTALL)
_QUOTED = re.compile(r"^[“\"«](?P<inside>[^“”\"«»]*)[”\"»]$")

_log = structlog.get_logger(__name__)


class LanguageModel:
    """What all calls of a server share: the endpoint, its limits, what is said of its troubles.

    Used from one event loop.
    """

    def __init__(self, settings: LanguageModelSettings, metrics: Metrics) -> None:
        self.settings = settings
        self._metrics = metrics
        self._endpoint = Endpoint(settings)
        self._rewordings = 0
        self._summaries = 0
        self._one_summary = asyncio.Lock()
        self._told: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Say that it is on, and load what its answers are checked with."""
        _log.info(
            "language model on: what is said in calls is sent to it",
            address=self._endpoint.address,
            model=self.settings.model,
        )
        self.background(self._prepare())

    async def close(self) -> None:
        """Give up what is being written, and the connections."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._endpoint.close()

    def background(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Do something beside the calls; it ends with the server at the latest."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._over)
        return task

    async def reword(self, suggestion: Suggestion, context: list[Utterance]) -> str:
        """The suggestion in other words; empty when there are none, or none in time."""
        if self._rewordings >= self.settings.concurrent:
            self._metrics.written("rewording", "left_out", "busy")
            return ""
        self._rewordings += 1
        try:
            question = rewording_prompt(suggestion, context)
            text = await self._ask("rewording", question, self.settings.rewording_timeout)
        finally:
            self._rewordings -= 1
        if not text:
            return ""
        if text == suggestion.say:
            self._metrics.written("rewording", "left_out", "same")
            return ""
        words = [suggestion.original, *(said.text for said in context)]
        reason = await asyncio.to_thread(
            check_rewording,
            text,
            suggestion=suggestion.say,
            context=words,
            language=suggestion.language,
        )
        return self._judged("rewording", text, reason)

    async def sum_up(
        self, ended: CallEnded, utterances: list[Utterance], language: str, *, promised: bool
    ) -> str:
        """A summary of a call that has ended; empty when there is none."""
        if self._summaries >= _WAITING_SUMMARIES:
            self._metrics.written("summary", "left_out", "busy")
            return ""
        self._summaries += 1
        try:
            async with self._one_summary:
                question = summary_prompt(ended, utterances, language)
                text = await self._ask("summary", question, self.settings.summary_timeout)
        finally:
            self._summaries -= 1
        if not text:
            return ""
        reason = await asyncio.to_thread(
            check_summary,
            text,
            summary=ended.summary,
            spoken=[said.text for said in utterances],
            outcome=ended.outcome,
            promised=promised,
            language=language,
        )
        return self._judged("summary", text, reason)

    def _over(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:  # a mistake of ours, or a full disk: the call has gone on without
            _log.error("language model: something went wrong", exc_info=error)

    async def _ask(self, purpose: Purpose, question: list[Message], seconds: float) -> str:
        """The answer without its wrapping; empty when there is none, which is told."""
        begun = asyncio.get_running_loop().time()
        try:
            answer = await self._endpoint.ask(question, seconds=seconds, longest=_LONGEST[purpose])
        except EndpointError as error:
            self._metrics.written(purpose, "failed", error.kind)
            self._tell(error.kind, str(error))
            return ""
        self._metrics.writing.labels(purpose).observe(asyncio.get_running_loop().time() - begun)
        text = _unwrapped(answer)
        if not text:
            self._metrics.written(purpose, "rejected", "empty")
        return text

    def _judged(self, purpose: Purpose, text: str, reason: str | None) -> str:
        self._metrics.written(purpose, "rejected" if reason else "shown", reason or "")
        return "" if reason else text

    def _tell(self, kind: str, sentence: str) -> None:
        """Log a trouble, each kind once a minute: a dead endpoint fails at every suggestion."""
        now = asyncio.get_running_loop().time()
        if now - self._told.get(kind, -_LOG_EVERY) >= _LOG_EVERY:
            self._told[kind] = now
            _log.warning("language model gave no answer", kind=kind, reason=sentence)

    async def _prepare(self) -> None:
        """The lexicons take seconds to load; no answer should have to wait for them."""
        for language in self.settings.languages:
            await asyncio.to_thread(
                check_rewording, "X.", suggestion="X.", context=[], language=language
            )


class Scribe:
    """Reads one call's events and has the model write beside it.

    Rewordings go to `append`, which numbers them into the call. State of one call; it never
    raises and nobody waits for it.
    """

    def __init__(self, model: LanguageModel, *, live: bool, append: Append) -> None:
        self._model = model
        self._live = live
        self._append = append
        self._utterances: list[Utterance] = []
        self._languages: Counter[str] = Counter()
        self._promised = False
        self._ended: CallEnded | None = None
        self._asked: dict[str, asyncio.Task[None]] = {}

    def observe(self, event: Event) -> None:
        """Take the next final event."""
        match event:
            case Utterance():
                self._utterances.append(event)
                self._languages[event.language] += 1
            case Promise():
                self._promised = True
            case Suggestion():
                self._suggested(event)
            case SuggestionWithdrawn():
                self._give_up(event.id)
            case CallEnded():
                self._ended = event
                for suggestion in list(self._asked):
                    self._give_up(suggestion)
            case _:
                pass

    async def summary(self) -> SummaryWritten | None:
        """The summary of the call once it has ended, numbered behind its last event."""
        ended, settings = self._ended, self._model.settings
        language = self._languages.most_common(1)[0][0] if self._languages else ""
        if not settings.summaries or language not in settings.languages:
            return None
        if ended is None or not ended.summary:
            return None
        text = await self._model.sum_up(ended, self._utterances, language, promised=self._promised)
        if not text:
            return None
        return SummaryWritten(
            call_id=ended.call_id,
            seq=ended.seq + 1,
            position=ended.position,
            text=text,
            model=settings.model,
        )

    def _suggested(self, suggestion: Suggestion) -> None:
        settings = self._model.settings
        # a file runs faster than anybody speaks: its moments are over when they come
        if self._live and settings.rewordings and suggestion.language in settings.languages:
            task = self._model.background(self._reword(suggestion))
            self._asked[suggestion.id] = task
            task.add_done_callback(lambda _: self._asked.pop(suggestion.id, None))

    async def _reword(self, suggestion: Suggestion) -> None:
        context = recent(self._utterances)
        text = await self._model.reword(suggestion, context)
        if text:
            event = Rewording(
                call_id=suggestion.call_id,
                seq=0,
                position=suggestion.position,
                id=suggestion.id,
                say=text,
                model=self._model.settings.model,
            )
            self._append(event)

    def _give_up(self, suggestion: str) -> None:
        task = self._asked.pop(suggestion, None)
        if task is not None:
            task.cancel()


def _unwrapped(answer: str) -> str:
    """The answer without the thoughts before it and the quotation marks around it, on one line."""
    lines = [line.strip() for line in _THOUGHT.sub("", answer).strip().splitlines()]
    text = " ".join(" ".join(lines).split()) if all(lines) else "\n".join(lines)
    found = _QUOTED.match(text)
    return (found["inside"] if found else text).strip()
