"""Ten qualities of an agent: what moves each of them and by how much.

A quality begins at its `BASE`; each piece of evidence adds the points of its rule, the points
of one rule together no more than its `most`; the sum is cut to 0…100. Every piece belongs to
one rule and every rule to one quality, so nothing counts twice. `docs/scorecard.md` has the
reasons; names for people, better phrasings and the words looked for are in
`qualities/<language>.toml`.
"""

from __future__ import annotations

import tomllib
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import Final

import msgspec

from assist.errors import PlaybookError
from assist.guidance.lexicon import Entry, Lexicon, LexiconFile
from assist.guidance.patterns import PatternError

BASE: Final = {
    "patience": 70.0,
    "attention": 65.0,
    "clarity": 70.0,
    "product_knowledge": 65.0,
    "positive_language": 70.0,
    "composure": 75.0,
    "timing": 70.0,
    "reading_the_customer": 50.0,
    "closing": 30.0,
    "goal_orientation": 50.0,
}
"""Where each quality begins: what shows by its absence (a call without an interruption) near
the middle of what is good, what has to be done (a closing check) lower."""

QUALITIES: Final = tuple(BASE)


class Scoring(msgspec.Struct, frozen=True):
    """What one piece of evidence adds to its quality, and the most (in size) all of them add.

    With `by_length`, each counts less in a call that is longer than `Limits.usual_length`.
    """

    quality: str
    points: float
    most: float
    by_length: bool = False


class Limits(msgspec.Struct, frozen=True):
    """Where something begins to count; seconds unless said otherwise."""

    agent_turns: int = 3
    """Fewer turns of the agent, or fewer of the caller than `caller_turns`, show too little."""
    caller_turns: int = 2
    agent_words: int = 20
    usual_length: float = 300.0
    """About an ordinary call: the mean handling time usually reported is five to six minutes."""
    against: float = 0.7
    """Certainty of a situation from which on it speaks against the agent (0…1)."""
    in_favour: float = 0.6
    """The same in the agent's favour: doubt is the agent's."""
    complaint: float = 0.85
    """Certainty of a complaint that has to be answered: many a defect is told like one (0…1)."""
    heard: float = 0.55
    """Confidence of a turn below which its words speak against nobody (0…1)."""
    angry: float = 0.6
    """Certainty of an angry tone that counts (0…1)."""
    pressure: float = 30.0
    """How long after a sign of anger the agent's words are words under pressure."""
    episode: float = 30.0
    """Signs of the caller that are no further apart are one moment."""
    free_interruptions: float = 300.0
    """One interruption in as many seconds is part of any lively talk."""
    calm_down: float = 90.0
    """An upset caller who is calm after this long at most calmed down upon the answer."""
    dead_air: float = 3.0
    """As `dead_air` of the playbooks: the usual limit of quality forms."""
    slow_answer: float = 6.0
    """Twice that: an agent may think, not vanish."""
    hold: float = 5.0
    """As `hold` of the playbooks."""
    hold_limit: float = 45.0
    """As `hold_limit` of the playbooks: how long without a length given."""
    slow_rhythm: float = 2.5
    """Median pause before the agent's answers; usual are 0.2 s (Stivers et al. 2009)."""
    monologue: float = 45.0
    """Little is remembered of a talk of about a minute; own choice."""
    heard_out: float = 20.0
    """A caller's turn of this length that nobody broke into was heard out."""
    talk_share: float = 0.8
    """Agent's share of all speech, in calls with `talk_seconds` of speech; own choice (0…1)."""
    talk_seconds: float = 60.0
    faster: float = 1.3
    """Pace over the agent's own normal; listeners notice from about a quarter on."""
    words_a_minute: tuple[tuple[str, float], ...] = (("tr", 180.0), ("en", 230.0))
    """Own choice, well above an ordinary pace without its pauses; Turkish words are longer."""


LIMITS: Final = Limits()

RULES: Final = {
    "interruption": Scoring("patience", -8, 48, True),
    "never_broke_in": Scoring("patience", 15, 15),
    "interruption_apology": Scoring("patience", 4, 8, True),
    "impatient": Scoring("patience", -15, 45, True),
    "explained_again": Scoring("patience", 10, 20),
    "heard_out": Scoring("patience", 5, 10),
    "asked_again": Scoring("attention", -15, 45, True),
    "asked_once": Scoring("attention", 10, 10),
    "played_back": Scoring("attention", 12, 24),
    "clarified": Scoring("attention", 6, 12),
    "talk_share": Scoring("attention", -15, 15),
    "jargon": Scoring("clarity", -8, 32, True),
    "monologue": Scoring("clarity", -8, 24, True),
    "fast": Scoring("clarity", -12, 12),
    "caller_confused": Scoring("clarity", -10, 30, True),
    "plain": Scoring("clarity", 15, 15),
    "understood": Scoring("clarity", 10, 10),
    "unsure": Scoring("product_knowledge", -12, 36, True),
    "transfer": Scoring("product_knowledge", -15, 30),
    "slow_answer": Scoring("product_knowledge", -8, 24, True),
    "answered": Scoring("product_knowledge", 10, 20),
    "did_not_help": Scoring("product_knowledge", -10, 20, True),
    "sure": Scoring("product_knowledge", 10, 10),
    "refusal": Scoring("positive_language", -12, 36, True),
    "refusal_with_way": Scoring("positive_language", 0, 0),
    "negative": Scoring("positive_language", -7, 35, True),
    "blame": Scoring("positive_language", -12, 36, True),
    "no_negative": Scoring("positive_language", 15, 15),
    "courteous": Scoring("positive_language", 4, 16, True),
    "blame_under_pressure": Scoring("composure", -18, 54, True),
    "negative_under_pressure": Scoring("composure", -8, 32, True),
    "refusal_under_pressure": Scoring("composure", -12, 36, True),
    "impatient_under_pressure": Scoring("composure", -18, 54, True),
    "interruption_under_pressure": Scoring("composure", -12, 36, True),
    "faster_under_pressure": Scoring("composure", -10, 20),
    "steady": Scoring("composure", 20, 20),
    "acknowledged": Scoring("reading_the_customer", 45, 45),
    "acknowledged_mild": Scoring("reading_the_customer", 30, 30),
    "passed_over": Scoring("reading_the_customer", -40, 40),
    "passed_over_mild": Scoring("reading_the_customer", -20, 20),
    "calmed": Scoring("reading_the_customer", 5, 10),
    "hold_with_length": Scoring("timing", 6, 12),
    "hold_kept": Scoring("timing", 8, 16),
    "hold_overrun": Scoring("timing", -15, 30),
    "dead_air": Scoring("timing", -5, 40, True),
    "no_dead_air": Scoring("timing", 15, 15),
    "slow_rhythm": Scoring("timing", -12, 12),
    "closing_check": Scoring("closing", 30, 30),
    "no_closing_check": Scoring("closing", -10, 10),
    "confirmed": Scoring("closing", 30, 30),
    "polite_end": Scoring("closing", 0, 0),
    "confirmed_unasked": Scoring("closing", 20, 20),
    "farewell": Scoring("closing", 10, 10),
    "left_against": Scoring("closing", -15, 15),
    "solved": Scoring("goal_orientation", 25, 25),
    "unsolved": Scoring("goal_orientation", -25, 25),
    "dated_promise": Scoring("goal_orientation", 10, 20),
    "undated_promise": Scoring("goal_orientation", -3, 6),
    "made_good": Scoring("goal_orientation", 8, 16),
    "ownership": Scoring("goal_orientation", 8, 16),
    "step_done": Scoring("goal_orientation", 6, 18),
    "no_next_step": Scoring("goal_orientation", -10, 10),
}
"""What is counted, by the name of the rule."""

_REVISION = 2
"""Raised when the way evidence is found changes; numbers and words are in the version anyway."""


class RuleText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule for people: what it saw (`{value}` is the measure), and what to say instead."""

    name: str
    better: str = ""


class QualityNames(msgspec.Struct, frozen=True):
    """What people read, by id: qualities, why there is no score, and rules."""

    qualities: dict[str, str]
    missing: dict[str, str]
    rules: dict[str, RuleText]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    agent: dict[str, Entry]
    qualities: dict[str, str]
    missing: dict[str, str]
    rule: dict[str, RuleText]
    groups: dict[str, str] = {}


@cache
def quality_names(language: str) -> QualityNames:
    """What people read, in a language."""
    file = _file(language)
    return QualityNames(file.qualities, file.missing, file.rule)


@cache
def quality_words(language: str) -> Lexicon:
    """Patterns of the agent's words that no situation covers."""
    file = _file(language)
    try:
        return Lexicon(language, LexiconFile({}, file.agent, file.groups))
    except PatternError as error:
        raise PlaybookError(f"qualities/{language}.toml is wrong: {error}.") from error


def _file(language: str) -> _File:
    try:
        return msgspec.toml.decode(_source(language), type=_File)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise PlaybookError(f"qualities/{language}.toml is wrong: {error}.") from error


@cache
def formulas() -> str:
    """The version of the formulas: it changes whenever a score may."""
    parts = (_REVISION, BASE, LIMITS, RULES, *(_source(language) for language in ("tr", "en")))
    return sha256(msgspec.json.encode(parts)).hexdigest()[:12]


def _source(language: str) -> str:
    path = resources.files("assist.guidance") / "qualities" / f"{language}.toml"
    return path.read_text("utf-8")
