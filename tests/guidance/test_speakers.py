"""Who the agent is shows in what both say; where it does not, nobody guesses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise, zip_longest
from pathlib import Path

import numpy as np
import pytest

from assist.config import SpeechSettings
from assist.events import Role
from assist.guidance.commands import rehearsals
from assist.guidance.speakers import AgentFinder
from tests.guidance.dialogue import LANGUAGES, dialogues, transcript

MARGIN = SpeechSettings().roles_margin
Lines = list[tuple[Role, str]]


def written() -> list[tuple[str, Lines]]:
    """All written dialogues with their language: those of the playbooks, and longer ones."""
    found = [
        (
            name.split(".")[0],
            [(Role.AGENT if line.agent else Role.CALLER, line.text) for line in one.lines],
        )
        for name, some in rehearsals()
        for one in some
    ]
    for language in LANGUAGES:
        for part in ("tuned", "held"):
            found += [(language, list(one.turns)) for one in dialogues(language, part)]
    return [(language, lines) for language, lines in found if Role.MIXED not in dict(lines)]


def agent(lines: Iterable[tuple[int, str]], language: str) -> int | None:
    """The channel that is certain first, as a batch takes it."""
    finder = AgentFinder(MARGIN)
    for channel, text in lines:
        finder.observe(channel, text, language)
        if finder.agent is not None:
            break
    return finder.agent


@pytest.mark.parametrize("agents", [0, 1])
def test_in_written_dialogues_it_is_never_wrong(agents: int) -> None:
    found = Counter[str]()
    for language, lines in written():
        said = [(agents if who is Role.AGENT else 1 - agents, text) for who, text in lines if text]
        answer = agent(said, language)
        counts = Counter(channel for channel, _ in said)
        length = "long" if min(counts[0], counts[1]) >= 3 else "short"
        found[f"{length}, {'unsure' if answer is None else answer == agents}"] += 1
    assert found["long, False"] == found["short, False"] == 0
    assert found["long, True"] >= 0.75 * (found["long, True"] + found["long, unsure"])
    assert found["long, True"] >= 60


@pytest.mark.parametrize("who", [Role.AGENT, Role.CALLER])
def test_two_of_the_same_role_are_mostly_not_told_apart(who: Role) -> None:
    said = [
        (language, [text for one, text in lines if one is who and text])
        for language, lines in written()
    ]
    decided = tried = 0
    for language in LANGUAGES:
        mine = [texts for other, texts in said if other == language and len(texts) >= 3]
        for one, other in pairwise(mine):
            both = [
                (channel, text)
                for pair in zip_longest(one, other)
                for channel, text in enumerate(pair)
                if text
            ]
            tried += 1
            decided += agent(both, language) is not None
    assert tried > 80
    assert decided <= 0.03 * tried


def test_the_sample_calls(samples: Path) -> None:
    for name in ("tr_solved", "tr_escalating", "en_solved", "en_escalating"):
        language, turns = transcript(samples / f"{name}.json")
        lines = [(1 if one.channel is Role.AGENT else 0, one.text) for one in turns]
        assert agent(lines, language) == 1


def test_what_tells_nothing_leaves_it_open() -> None:
    finder = AgentFinder(MARGIN)
    assert finder.agent is None
    for _ in range(50):
        finder.observe(0, "Guten Tag, wie kann ich Ihnen helfen?", "de")
        finder.observe(1, "…", "en")
    assert finder.agent is None
    for _ in range(9):
        finder.observe(0, "Thanks for calling, how can I help you today?", "en")
    assert finder.agent is None  # the other has not sounded like a caller yet
    for _ in range(2):
        finder.observe(1, "My order still hasn't arrived and I want my money back.", "en")
    assert finder.agent == 0


def test_the_same_sentences_give_the_same_model() -> None:
    pytest.importorskip("sklearn")
    from assist.guidance.labelled import read_labelled
    from assist.guidance.training import train_speakers

    sentences = read_labelled(Path(__file__).parent / "sentences" / "en.tsv")[::24]
    one, other = train_speakers(sentences, "en"), train_speakers(sentences, "en")
    assert all(np.array_equal(one[name], other[name]) for name in one)
