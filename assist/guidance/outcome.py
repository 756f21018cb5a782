"""Whether a call ended solved: by what was done for the caller and what the caller said of it.

Politeness proves nothing by itself: a goodbye after "nothing can be done" is not a solution, and
an agent who calls it solved has not solved it. A thank-you counts when something was done before.
"""

from __future__ import annotations

import re
from typing import Literal

from assist.events import Role
from assist.guidance.due import find_due, is_dated
from assist.guidance.signals import Clause, Heard

Outcome = Literal["solved", "unsolved", "open", ""]

_AGAINST = frozenset({"unresolved", "escalation", "legal_threat", "publicity_threat", "abuse"})
_TO_LEAVE = frozenset({"legal_threat", "publicity_threat", "cancellation"})
_LAST_WORDS = frozenset({"leaves", "enough", "thanks", "okay", "pleased"})
_THANKFUL = frozenset({"thanks", "pleased", "enough"})
_SOLVED = re.compile(
    r"sorun|problem|çözül|hallol|düzel|çalış|solve|fix|sorted|work|issue", re.IGNORECASE
)
_TELLS = 3
"""Words from which on somebody tells something."""


class OutcomeFinder:
    """State of one call.

    `standing` is the agent's last word on the matter: "given", "pending", "blocked" or "";
    `verdict` the caller's last word on that: "yes" (it is solved), "soft" (thanks, nothing
    else), "okay", "no" or "". `quotes` are the agent's words by standing; `mixed` is set where
    nobody knows who spoke.
    """

    def __init__(self) -> None:
        self.standing = ""
        self.verdict = ""
        self.quotes: dict[str, str] = {}
        self.mixed = False
        self._plain: set[str] = set()  # standings whose quote leaves no doubt
        self._spoken = False
        self._closed = False  # by the agent
        self._left = False  # by the caller
        self._told = False  # the caller has said something of substance
        self._sure = False  # "yes" in words that mean nothing else
        self._waiting = False  # the caller's last words were a question
        self._to_follow = False  # the agent's last step was not the last one

    def observe(self, heard: Heard, *, asked: bool = False) -> None:
        """Take the next utterance; `asked` while the call is about a question only."""
        self._spoken = True
        if heard.utterance.channel is Role.AGENT:
            self._agent(heard, asked and self._waiting)
        elif heard.utterance.channel is Role.CALLER:
            self._caller(heard)
        else:
            self.mixed = True

    def outcome(self) -> Outcome:
        """As it stands; empty when nothing was said."""
        if not self._spoken:
            return ""
        if self.mixed:
            return "open"  # who said it decides, and that is not known
        over = self._closed or self._left
        if self.verdict == "yes":
            return "solved" if over or self._sure or self.standing == "given" else "open"
        if self.standing == "given":
            thanked = self.verdict == "soft" or (self.verdict == "okay" and over)
            return "solved" if thanked and (over or not self._waiting) else "open"
        refused = self.standing == "blocked" or self.verdict == "no"
        return "unsolved" if refused and over else "open"

    # The agent

    def _agent(self, heard: Heard, asked: bool) -> None:
        self._waiting = False
        if asked and not self.standing and "hold_request" not in heard.situations:
            self._answer(heard)
        for clause in heard.clauses:
            step = _step(clause, heard.within(clause))
            if step and not (step == "pending" and self._stays(clause, heard.utterance.language)):
                self._stand(step)
            self._to_follow = step == "pending" if step else self._to_follow
            if step:
                self._quote(step, clause, heard)
        if "farewell" in heard.situations or "parts" in heard.signals:
            self._closed = True
        elif "closing_check" not in heard.situations:
            self._left = False

    def _answer(self, heard: Heard) -> None:
        """A question is settled by whatever is said to it."""
        for clause in heard.clauses:
            if not clause.asks and len(clause.text.split()) >= _TELLS:
                self._stand("given")
                self._quote("given", clause, heard)

    def _quote(self, step: str, clause: Clause, heard: Heard) -> None:
        """Keep the plainest words for it, of equally plain ones the last."""
        plain = "refusal" in heard.within(clause) or "done" in clause.signals
        if plain or step not in self._plain:
            self.quotes[step] = heard.quote(clause.start, clause.end)[0]
            self._plain |= {step} if plain else set()

    def _stays(self, clause: Clause, language: str) -> bool:
        """A promise to call takes nothing back, and without a date it makes up for no refusal."""
        if self.standing == "blocked":
            return not is_dated(find_due(clause.text, language))
        return self.standing == "given"

    def _stand(self, standing: str) -> None:
        renewed = standing != self.standing or standing == "given"
        if renewed and (self.verdict != "yes" or standing == "blocked"):
            self.verdict = ""
        self.standing = standing

    # The caller

    def _caller(self, heard: Heard) -> None:
        signals, situations = heard.signals, heard.situations
        self._closed = self._closed and bool(signals & _LAST_WORDS)
        self._waiting = bool(heard.clauses) and heard.clauses[-1].asks
        if "waits" in signals and self._to_follow and self.standing == "given":
            self._stand("pending")  # what was done was a step only
        against = bool("rejects" in signals or situations & _AGAINST)
        if "conditional" in signals and not situations & {"legal_threat", "publicity_threat"}:
            against = False
        if against and not ("resolved" in situations and "enough" in signals):
            self.verdict = "no"
            self.standing = "" if self.standing == "given" else self.standing
        elif self._is_settled(heard) or (
            "clear" in signals and self.standing not in ("pending", "blocked")
        ):
            self.verdict = "yes"
            self._sure = bool(signals & _THANKFUL or _says_so(heard))
        else:
            self._soften(signals)
        self._told = self._told or len(heard.utterance.text.split()) >= _TELLS
        if (
            "leaves" in signals
            or ("enough" in signals and not self._waiting)
            or (self.standing == "blocked" and _gives_up(heard))
        ):
            self._left = True

    def _is_settled(self, heard: Heard) -> bool:
        """Whether the caller says so; after a refusal "nothing else" is only a polite goodbye."""
        if "resolved" not in heard.situations or not self._told or self._waiting:
            return False
        return self.standing != "blocked" or _says_so(heard)

    def _soften(self, signals: frozenset[str]) -> None:
        if self.standing != "given" or self.verdict == "yes":
            return
        if signals & _THANKFUL:
            self.verdict = "soft"
        elif signals & {"okay", "leaves"} and self.verdict != "soft":
            self.verdict = "okay"


def _says_so(heard: Heard) -> bool:
    """Whether "solved" is said of the matter; "evet, girdim" may only follow an instruction."""
    spans = (span for tag in heard.tags if tag.tag == "resolved" for span in tag.evidence)
    return "clear" in heard.signals or any(_SOLVED.search(span.text) for span in spans)


def _gives_up(heard: Heard) -> bool:
    """Whether a refused caller ends it here, with or without a goodbye."""
    rejects = any("rejects" in clause.signals and not clause.asks for clause in heard.clauses)
    return rejects or bool(heard.situations & _TO_LEAVE)


def _step(clause: Clause, situations: frozenset[str]) -> str:
    """What a clause of the agent does for the matter."""
    if "blocked" in clause.signals or "refusal" in situations:
        return "blocked"
    if clause.asks:
        return ""
    if clause.signals & {"done", "answer"}:
        return "given"
    return "pending" if clause.signals & {"pending", "vow"} else ""
