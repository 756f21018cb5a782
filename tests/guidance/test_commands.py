"""Claims about `assist guidance classify` and `assist playbook check`."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assist.errors import AssistError, PlaybookError
from assist.guidance.commands import app, playbook_app

runner = CliRunner()


def test_json_has_tags_with_confidence_and_evidence() -> None:
    result = runner.invoke(
        app,
        ["classify", "--language", "tr", "--speaker", "caller", "Kargom hâlâ gelmedi", "--json"],
    )
    assert result.exit_code == 0
    (tag,) = json.loads(result.stdout)["tags"]
    assert tag["tag"] == "delay"
    assert 0.5 <= tag["confidence"] < 1
    assert tag["evidence"][0]["text"] in "Kargom hâlâ gelmedi"


def test_lines_in_give_lines_out_in_their_order() -> None:
    lines = [
        {"language": "tr", "speaker": "caller", "text": "iptal etmek istiyorum"},
        {"language": "en", "speaker": "agent", "text": "unfortunately we can't do that"},
        {"language": "en", "speaker": "caller", "text": "good morning"},
    ]
    given = "\n".join(json.dumps(line) for line in lines) + "\n\n"
    result = runner.invoke(app, ["classify", "--jsonl"], input=given)
    found = [
        {tag["tag"] for tag in json.loads(line)["tags"]} for line in result.stdout.splitlines()
    ]
    assert found == [{"cancellation"}, {"refusal", "negative_phrasing"}, set()]


def test_without_json_it_can_be_read() -> None:
    assert "refund" in runner.invoke(app, ["classify", "paramı geri istiyorum"]).stdout
    assert "No situation" in runner.invoke(app, ["classify", "merhaba"]).stdout


@pytest.mark.parametrize(
    ("arguments", "given", "reason"),
    [
        (["--speaker", "boss", "x"], "", "'boss'"),
        (["--language", "de", "x"], "", "'de'"),
        (["--jsonl"], '{"text": "a"}\nnonsense\n', "Line 2"),
        (["--jsonl"], '{"text": 3}\n', "Line 1"),
        (["--jsonl"], "[1]\n", "Line 1"),
    ],
)
def test_what_cannot_be_read_is_named(arguments: list[str], given: str, reason: str) -> None:
    result = runner.invoke(app, ["classify", *arguments], input=given)
    assert isinstance(result.exception, AssistError)
    assert reason in str(result.exception)


def test_a_missing_text_is_a_wrong_use() -> None:
    assert runner.invoke(app, ["classify"]).exit_code == 2


def test_without_a_folder_the_built_in_playbooks_are_checked() -> None:
    result = runner.invoke(playbook_app, ["check"])
    assert result.exit_code == 0
    assert "tr: Genel" in result.stdout and "en: Bank" in result.stdout


def test_a_folder_of_playbooks_is_checked(tmp_path: Path) -> None:
    built_in = resources.files("assist.guidance") / "playbooks" / "tr.toml"
    own = tmp_path / "tr.toml"
    own.write_bytes(built_in.read_bytes())
    result = runner.invoke(playbook_app, ["check", str(tmp_path)])
    assert result.exit_code == 0
    assert "no mistakes" in result.stdout
    own.write_text(own.read_text("utf-8").replace("hardship", "hardships"), "utf-8")
    result = runner.invoke(playbook_app, ["check", str(tmp_path)])
    assert isinstance(result.exception, PlaybookError)
    assert "tr.toml, line" in str(result.exception)
