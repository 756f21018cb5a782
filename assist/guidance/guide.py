"""The guide: what to say now, one thing at a time, and mostly nothing.

It reads the final events of a call in their order and keeps no clock, so what it suggests
depends on the events, the settings and the playbooks alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Literal

import msgspec
from msgspec.structs import replace

from assist.config import GuidanceSettings
from assist.events import (
    SAMPLE_RATE,
    CallStarted,
    Event,
    Evidence,
    Mechanics,
    Phase,
    Role,
    Tone,
    Utterance,
    seconds,
)
from assist.guidance.conditions import Match, match
from assist.guidance.evidence import evidence
from assist.guidance.memory import Memory, Sighting
from assist.guidance.playbook import Condition, Playbook, Rule
from assist.guidance.positive import positive
from assist.guidance.said import keywords, says
from assist.guidance.situations import Tag, classify
from assist.guidance.slots import Slots
from assist.guidance.usage import AT_THE_EDGE, Usage, standing

REPHRASE = "rephrase"
"""The rule of all rephrasings; each is counted as "rephrase/" and its template."""

_NEVER = 101
_MIXED_CONFIDENCE = 0.75
_MINUTE = 60.0
_SAID_HOLDS = 30.0
_APOLOGY_HOLDS = 15.0


class SuggestionDraft(msgspec.Struct, frozen=True):
    """The fields of `events.Suggestion` that the guide decides; `expires` is a position."""

    id: str
    situation: str
    say: str
    why: str
    because: tuple[Evidence, ...]
    language: str
    expires: int
    alternatives: tuple[str, ...] = ()
    kind: str = "say"
    original: str = ""
    rule: str = ""


class WithdrawalDraft(msgspec.Struct, frozen=True):
    """The fields of `events.SuggestionWithdrawn`.

    `reason` is "said", "expired", "replaced", or by the agent's hand "used" or "dismissed".
    """

    id: str
    reason: str


class _Live(msgspec.Struct, frozen=True):
    """The suggestion on the screen, and what would count as having said it."""

    draft: SuggestionDraft
    priority: int
    said: tuple[str, ...]
    keywords: tuple[frozenset[str], ...]


class _Turned(msgspec.Struct, frozen=True):
    """The agent's negative sentence and its positive form, as a rule that applies now."""

    rule: Rule
    found: Match
    original: str
    name: str


Draft = SuggestionDraft | WithdrawalDraft


class Guide:
    """State of one call; can be pickled.

    `usage` is what became of earlier suggestions: rules that are seldom used step back.
    """

    def __init__(
        self,
        settings: GuidanceSettings,
        playbooks: Mapping[str, Playbook],
        usage: Usage | None = None,
        history: Sequence[str] = (),
    ) -> None:
        self._settings = settings
        self._usage = dict(usage or {})
        self._rules = {language: self._ranked(book) for language, book in playbooks.items()}
        self._positive = {key: book.positive for key, book in playbooks.items()}
        for language, own in self._positive.items():
            positive(language, own)  # read now, so that no utterance has to wait for it
        self._memory = Memory({key: book.mechanics for key, book in playbooks.items()}, history)
        self._slots = Slots({key: book.products for key, book in playbooks.items()})
        self._live: _Live | None = None
        self._number = 0
        self._said_texts: set[str] = set()
        self._last: dict[str, int] = {}
        self._situations: dict[str, tuple[int, int]] = {}
        self._recent: deque[int] = deque()
        self._counted: dict[str, int] = {}
        self._snoozed_until = 0
        self._dismissed: set[str] = set()
        self._over = False
        self.heard: tuple[Tag, ...] = ()
        """The situations of the last utterance, for others who read the call."""

    def observe(self, event: Event) -> list[Draft]:
        """Take the next final event; any other kind than the guide knows changes nothing."""
        tags = self._remember(event)
        if isinstance(event, Utterance):
            self.heard = tags
        if not self._settings.enabled:
            return []
        drafts = self._expire(event.position)
        if isinstance(event, Utterance) and event.channel is not Role.CALLER:
            drafts += self._withdraw_if_said(event, tags)
        if isinstance(event, Utterance | Mechanics) and not self._over:
            drafts += self._suggest(event)
        return drafts

    def feedback(self, suggestion: str, action: Literal["used", "dismissed"]) -> list[Draft]:
        """What the agent did with what is on the screen; anything older changes nothing.

        It leaves the screen, and what was dismissed does not come back in this call.
        """
        if self._live is None or self._live.draft.id != suggestion:
            return []
        if action == "dismissed":
            self._dismissed.add(self._live.draft.rule)
        return [self._withdraw(action)]

    def snooze(self, now: int) -> list[Draft]:
        """Be silent for `guidance.snooze` seconds, unless a caller is about to be lost."""
        self._snoozed_until = now + round(self._settings.snooze * SAMPLE_RATE)
        return [self._withdraw("dismissed")] if self._live is not None else []

    def _ranked(self, book: Playbook) -> tuple[Rule, ...]:
        """The rules by the priority they have left, without those that were never used."""
        ranked = []
        for rule in book.rules:
            priority = standing(rule.priority, self._usage.get(rule.id), self._settings)
            if priority is not None:
                ranked.append(replace(rule, priority=priority))
        return tuple(sorted(ranked, key=lambda rule: -rule.priority))

    def _remember(self, event: Event) -> tuple[Tag, ...]:
        memory = self._memory
        match event:
            case CallStarted():
                memory.language = event.language
            case Tone():
                memory.hear(event)
            case Phase():
                memory.phase = event.phase.value
            case Mechanics():
                memory.mechanics = event
            case Utterance() if event.language in self._rules:
                tags = self._tags(event)
                memory.utterance(event, tags)
                self._slots.observe(event)
                said = {tag.tag for tag in tags}
                self._over = "farewell" in said if event.channel is Role.AGENT else self._over
                return tags
            case _:
                pass
        return ()

    def _tags(self, event: Utterance) -> tuple[Tag, ...]:
        tags = classify(
            event.text,
            speaker=event.channel.value,
            language=event.language,
            spoken=event.words,
        )
        if event.channel is Role.MIXED:
            # who spoke is not known, so only what hardly the other one would say counts
            return tuple(tag for tag in tags if tag.confidence >= _MIXED_CONFIDENCE)
        return tags

    def _expire(self, now: int) -> list[Draft]:
        if self._live is None or now <= self._live.draft.expires:
            return []
        return [self._withdraw("expired")]

    def _withdraw_if_said(self, event: Utterance, tags: tuple[Tag, ...]) -> list[Draft]:
        live = self._live
        if live is None:
            return []
        named = any(tag.tag in live.said for tag in tags)
        if not named:
            heard = keywords(event.text, live.draft.language)
            named = any(says(heard, wanted) for wanted in live.keywords)
        return [self._withdraw("said")] if named else []

    def _withdraw(self, reason: str) -> WithdrawalDraft:
        assert self._live is not None
        draft = WithdrawalDraft(self._live.draft.id, reason)
        self._live = None
        return draft

    def _suggest(self, event: Event) -> list[Draft]:
        rules = self._rules.get(self._memory.language)
        if rules is None:
            return []
        least = self._least_priority(event.position)
        turned = self._turned(event)
        if turned is not None:
            rules = tuple(sorted((turned.rule, *rules), key=lambda rule: -rule.priority))
        for rule in rules:
            if rule.priority < least or (self._live and rule.priority <= self._live.priority):
                return []
            own = turned if turned is not None and rule is turned.rule else None
            found = own.found if own else match(rule.when, self._memory, event, self._counted)
            if found is not None and self._may_say(rule, found, event.position):
                replaced: list[Draft] = [self._withdraw("replaced")] if self._live else []
                return [*replaced, self._show(rule, found, event.position, own)]
        return []

    def _turned(self, event: Event) -> _Turned | None:
        """The positive form of what the agent has just said, as a rule that applies now."""
        if not isinstance(event, Utterance) or event.channel is not Role.AGENT:
            return None
        if event.language != self._memory.language:
            return None
        templates = positive(event.language, self._positive[event.language])
        form = templates.rephrase(event.text, event.words)
        if form is None:
            return None
        name = f"{REPHRASE}/{form.template}"
        head = templates.head
        priority = standing(head.priority, self._usage.get(name), self._settings)
        if priority is None or name in self._dismissed:
            return None
        rule = Rule(
            id=REPHRASE,
            when=Condition(speaker="agent"),
            why=form.why,
            warm=(form.say,),
            factual=(form.say,),
            priority=priority,
            cooldown=head.cooldown,
            expires=head.expires,
            said=("promise", "ownership", "compensation"),
            situation=form.tag.tag,
        )
        return _Turned(rule, Match(sightings=(Sighting(form.tag, event),)), form.original, name)

    def _may_say(self, rule: Rule, found: Match, now: int) -> bool:
        return (
            rule.id not in self._dismissed
            and bool(self._unsaid(rule, now))
            and not self._cooling(rule, _situation(rule, found), now)
            and not self._said_lately(rule, found, now)
        )

    def _unsaid(self, rule: Rule, now: int) -> list[str]:
        """The phrases left, those first that speak of what was said in this call.

        An agent who has just apologised is not asked to do it again.
        """
        language = self._memory.language
        texts = rule.texts(self._settings.style)
        left = [text for text in texts if text not in self._said_texts]
        if self._memory.agent_said("apology", seconds(now) - _APOLOGY_HOLDS):
            left = [text for text in left if not _apologises(text, language)]
        return sorted(left, key=lambda text: self._slots.rank(text, language))

    def _show(self, rule: Rule, found: Match, now: int, turned: _Turned | None) -> SuggestionDraft:
        unsaid = self._unsaid(rule, now)
        texts = [self._slots.fill(text, self._memory.language) for text in unsaid]
        situation = _situation(rule, found)
        self._number += 1
        language = self._memory.language
        draft = SuggestionDraft(
            id=f"s{self._number}",
            situation=situation,
            say=texts[0],
            why=rule.why,
            because=evidence(found, rule.when.speaker, language, seconds(now)),
            language=language,
            expires=now + round(rule.expires * SAMPLE_RATE),
            alternatives=tuple(texts[1:]),
            kind="rephrase" if turned else "say",
            original=turned.original if turned else "",
            rule=turned.name if turned else rule.id,
        )
        self._live = _Live(
            draft, rule.priority, rule.said, tuple(keywords(text, language) for text in texts)
        )
        self._said_texts.add(unsaid[0])
        self._recent.append(now)
        self._last[rule.id] = now
        self._situations[situation] = (now, rule.priority)
        self._use_up(found)
        return draft

    def _use_up(self, found: Match) -> None:
        """What a suggestion came from does not bring up another one."""
        for seen in found.sightings:
            for other in self._memory.sightings:
                if other.utterance is seen.utterance:
                    other.used = True
        if self._memory.mechanics is not None and found.measures:
            self._counted = dict(self._memory.mechanics.overtalk)

    def _least_priority(self, now: int) -> int:
        """What a rule needs to be heard now: the last of a minute's suggestions is kept for
        a caller at the edge, and beyond that there is silence."""
        allowed = max(1, int(self._settings.max_per_minute))
        window = _MINUTE * allowed / self._settings.max_per_minute * SAMPLE_RATE
        while self._recent and now - self._recent[0] >= window:
            self._recent.popleft()
        left = allowed - len(self._recent)
        if left <= 0:
            return _NEVER
        return AT_THE_EDGE if now < self._snoozed_until or (left == 1 and allowed > 1) else 0

    def _cooling(self, rule: Rule, situation: str, now: int) -> bool:
        """A rule rests, and so does its situation unless this rule is the more important."""
        rest = rule.cooldown * SAMPLE_RATE
        fired = self._last.get(rule.id)
        if fired is not None and now - fired < rest:
            return True
        spoken_of, priority = self._situations.get(situation, (now, -1))
        return rule.priority <= priority and now - spoken_of < rest

    def _said_lately(self, rule: Rule, found: Match, now: int) -> bool:
        """Whether the agent said it after what called for it had begun to be said.

        What no words called for is taken as said for a while.
        """
        begun = (seen.utterance.start for seen in found.sightings)
        since = max(begun, default=seconds(now) - _SAID_HOLDS)
        return any(
            seen.tag.tag in rule.said and seen.utterance.start > since
            for seen in self._memory.sightings
            if seen.utterance.channel is Role.AGENT
        )


@lru_cache(maxsize=5_000)
def _apologises(text: str, language: str) -> bool:
    return any(tag.tag == "apology" for tag in classify(text, speaker="agent", language=language))


def _situation(rule: Rule, found: Match) -> str:
    if rule.situation or not found.sightings:
        return rule.situation
    return max(found.sightings, key=lambda seen: seen.tag.confidence).tag.tag
