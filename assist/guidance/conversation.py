"""The record of a conversation: where it stands, what was done in it, how it ended.

It reads the final events of a call in their order, with the situations that the guide found,
keeps no clock and calls nobody: the same call gives the same record, live and from a recording.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import msgspec

from assist.events import CallPhase, CallStarted, Event, Role, Tone, Utterance
from assist.guidance.checklist import ChecklistDraft, ChecklistTicker
from assist.guidance.evidence import quote
from assist.guidance.outcome import OutcomeFinder
from assist.guidance.playbook import Playbook
from assist.guidance.promises import PromiseDraft, PromiseFinder
from assist.guidance.signals import Heard, hear
from assist.guidance.situations import Tag
from assist.guidance.summary import ToneCourse, summary
from assist.guidance.topics import TopicFinder

_STEPS = frozenset({"done", "answer", "pending", "blocked"})
_STEP_SITUATIONS = frozenset({"refusal", "promise", "compensation"})
_ASKING = frozenset({"identification", "clarification"})
_PROBLEMS = frozenset({"unresolved", "question", "complaint"})
_QUESTIONS = frozenset(
    {"information/general", "information/price", "product/warranty", "billing/question"}
)
_LAST_WORDS = frozenset({"enough", "leaves"})


class PhaseDraft(msgspec.Struct, frozen=True):
    """The fields of `events.Phase`."""

    phase: CallPhase


class SituationDraft(msgspec.Struct, frozen=True):
    """The fields of `events.Situation`."""

    situation: str
    channel: Role
    start: float
    quote: str
    confidence: float


class Ending(msgspec.Struct, frozen=True):
    """What the record adds to `events.CallEnded`."""

    outcome: str = ""
    topic: str = ""
    summary: str = ""


RecordDraft = SituationDraft | PhaseDraft | ChecklistDraft | PromiseDraft


class Conversation:
    """State of one call; can be pickled."""

    def __init__(self, playbooks: Mapping[str, Playbook]) -> None:
        self._playbooks = frozenset(playbooks)
        self._phase: CallPhase | None = None
        self._checklist = ChecklistTicker(
            {language: book.checklist for language, book in playbooks.items()}
        )
        self._outcome = OutcomeFinder()
        self._promises = PromiseFinder()
        self._topic = TopicFinder()
        self._tone = ToneCourse()
        self._languages: Counter[str] = Counter()

    def observe(self, event: Event, tags: tuple[Tag, ...] = ()) -> list[RecordDraft]:
        """Take the next final event, and the situations in it if it is an utterance."""
        match event:
            case CallStarted():
                return [*self._enter(CallPhase.OPENING), *self._checklist.begin(event.language)]
            case Tone():
                self._tone.observe(event)
            case Utterance() if event.language in self._playbooks:
                return [
                    *(_found(tag, event) for tag in tags),
                    *self._utterance(hear(event, tags)),
                ]
            case _:
                pass
        return []

    def ending(self) -> Ending:
        """How the call ends if it ends now; empty fields are not known."""
        if not self._languages:
            return Ending()
        language = self._languages.most_common(1)[0][0]
        outcome, topic = self._outcome.outcome(), self._topic.topic
        text = summary(
            language,
            topic=topic,
            outcome=outcome,
            finder=self._outcome,
            promises=self._promises.found,
            tone=self._tone,
        )
        return Ending(outcome, topic, text)

    def _utterance(self, heard: Heard) -> list[RecordDraft]:
        self._languages[heard.utterance.language] += 1
        is_topic = self._topic.observe(heard)
        self._outcome.observe(heard, asked=self._topic.topic in _QUESTIONS)
        return [
            *self._phase_after(heard, is_topic),
            *self._checklist.observe(heard),
            *self._promises.observe(heard),
        ]

    # Phases

    def _phase_after(self, heard: Heard, is_topic: bool) -> list[PhaseDraft]:
        if self._phase is None:
            self._phase = CallPhase.OPENING
        drafts: list[PhaseDraft] = []
        if heard.utterance.channel is not Role.AGENT:
            drafts += self._enter(_after_caller(self._phase, heard, is_topic))
        if heard.utterance.channel is not Role.CALLER:
            for phase in _after_agent(self._phase, heard):
                drafts += self._enter(phase)
        return drafts

    def _enter(self, phase: CallPhase) -> list[PhaseDraft]:
        if phase is self._phase:
            return []
        self._phase = phase
        return [PhaseDraft(phase)]


def _found(tag: Tag, utterance: Utterance) -> SituationDraft:
    shown = quote(tag, utterance)
    return SituationDraft(
        situation=tag.tag,
        channel=utterance.channel,
        start=shown.start,
        quote=shown.text,
        confidence=round(tag.confidence, 3),
    )


def _after_caller(phase: CallPhase, heard: Heard, is_topic: bool) -> CallPhase:
    signals = heard.signals
    news = is_topic or not heard.situations.isdisjoint(_PROBLEMS)
    if phase is CallPhase.OPENING:
        return CallPhase.DISCOVERY if news else phase
    if not signals.isdisjoint(_LAST_WORDS) and not heard.clauses[-1].asks:
        return CallPhase.CLOSING
    if phase is CallPhase.CLOSING and news:
        return CallPhase.DISCOVERY  # there was something else after all
    return phase


def _after_agent(phase: CallPhase, heard: Heard) -> list[CallPhase]:
    """The phases an utterance leads to; one may bring the solution and close the call."""
    situations = heard.situations
    if phase is CallPhase.OPENING:
        return [CallPhase.DISCOVERY] if situations & _ASKING else []
    acted = any(not clause.asks and clause.signals & _STEPS for clause in heard.clauses)
    closes = bool(situations & {"closing_check", "farewell"})
    steps = [CallPhase.SOLUTION] if acted or situations & _STEP_SITUATIONS else []
    if closes and phase is CallPhase.CLOSING:
        return []
    return [*steps, CallPhase.CLOSING] if closes else steps
