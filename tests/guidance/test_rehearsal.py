"""Claims about rehearsals: our dialogues go as written, and what does not is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from assist.errors import PlaybookError
from assist.guidance.commands import playbook_app, rehearsals
from assist.guidance.playbook import load_playbook
from assist.guidance.rehearsal import Dialogue, Line, read_dialogues, rehearse

OURS = dict(rehearsals())
BOOKS = {name: load_playbook(name[:2], None, name.split(".")[1:]) for name in OURS}
runner = CliRunner()


@pytest.mark.parametrize(
    ("book", "dialogue"),
    [(name, one) for name, every in OURS.items() for one in every],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_a_dialogue_of_ours_goes_as_written(book: str, dialogue: Dialogue) -> None:
    assert [str(failure) for failure in rehearse(dialogue, BOOKS[book])] == []


def test_every_pack_has_some() -> None:
    assert {name.partition(".")[2] for name in OURS} == {
        "", "telecom", "bank", "ecommerce", "health",
    }  # fmt: skip


@pytest.mark.parametrize("language", ["tr", "en"])
def test_there_are_enough_of_them_and_smooth_calls_among_them(language: str) -> None:
    silent = [one for one in OURS[language] if not any(line.expected for line in one.lines)]
    assert len(OURS[language]) >= 25
    assert sum(len(one.lines) >= 5 for one in silent) >= 6


def test_what_comes_otherwise_is_named_with_its_line() -> None:
    lines = (
        Line(agent="Hello."),
        Line(caller="My parcel still hasn't arrived.", expect="refund"),
        Line(wait=40.0),
    )
    first, second = rehearse(Dialogue(name="late", lines=lines), BOOKS["en"])
    assert str(first) == (
        "late, line 2 (My parcel still hasn't arrived.): expected refund, got delay."
    )
    assert str(second) == "late, line 3 (40.0 s): expected nothing, got dead-air."


def test_interruptions_and_pace_are_measured_from_the_lines() -> None:
    caller = Line(caller="I was going to tell you " * 6)
    agent = Line(agent="yes yes let me just say something here", over=2.0)
    words = "As I was saying, before you came in"
    angry = Line(caller=words, tone="angry", expect="overtalk-angry")
    broken_in = Dialogue(
        name="broken in",
        lines=(caller, agent, caller, agent, angry),
    )
    assert rehearse(broken_in, BOOKS["en"]) == []
    long = "well let me tell you how this goes then and what it is about for us " * 3
    listening = Line(caller="mhm okay yes I see")
    fast = Dialogue(
        name="fast",
        lines=(
            *(Line(agent=long), listening, Line(agent=long), listening),
            Line(agent=long * 2, speed=2.0),
            Line(wait=2.5, expect="agent-pace"),
        ),
    )
    assert rehearse(fast, BOOKS["en"]) == []


def test_the_command_says_what_went_wrong_and_fails(tmp_path: Path) -> None:
    folder = tmp_path / "dialogues"
    folder.mkdir()
    good = '[[dialogue]]\nname = "a"\nlines = [{ caller = "hello" }]\n'
    (folder / "en.toml").write_text(good, "utf-8")
    done = runner.invoke(playbook_app, ["test", str(tmp_path)])
    assert done.exit_code == 0
    assert "en: 1 dialogues, 0 mistakes." in done.stdout
    (folder / "en.toml").write_text(good.replace(" }]", ', expect = "delay" }]'), "utf-8")
    done = runner.invoke(playbook_app, ["test", str(tmp_path)])
    assert done.exit_code == 1
    assert "en: a, line 1 (hello): expected delay, got nothing." in done.stdout


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[dialogue]\n", "not TOML"),
        ('[[dialogue]]\nname = "a"\nlines = [{ boss = "x" }]\n', "en.toml, line 1: .*boss"),
        ('[[dialogue]]\nname = "a"\nlines = []\n', "en.toml, line 1: "),
    ],
)
def test_a_mistake_in_a_file_is_named(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "en.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(PlaybookError, match=reason):
        read_dialogues(path)


def test_a_folder_without_dialogues_is_named(tmp_path: Path) -> None:
    with pytest.raises(PlaybookError, match="no dialogues"):
        rehearsals(tmp_path)
