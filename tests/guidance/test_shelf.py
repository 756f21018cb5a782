"""Claims about the shelf: new calls take changed files, broken ones change nothing."""

from __future__ import annotations

import logging
from dataclasses import fields
from pathlib import Path

import pytest

from assist.call import Engine
from assist.errors import PlaybookError
from assist.guidance.shelf import Shelf
from tests.guidance.test_playbook import GOOD, written


def test_a_changed_file_counts_for_what_is_taken_afterwards(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    shelf = Shelf(["en"], tmp_path)
    before = shelf.take()
    assert shelf.take() is before
    written(tmp_path, GOOD.replace("Still here.", "I am still here."))
    after = shelf.take()
    assert after["en"].version != before["en"].version
    assert before["en"].rules[1].warm == ("Still here.",)


def test_a_file_that_comes_or_goes_is_a_change(tmp_path: Path) -> None:
    shelf = Shelf(["en"], tmp_path)
    assert shelf.take()["en"].name == "General"
    path = written(tmp_path, GOOD)
    assert shelf.take()["en"].name == "Test"
    path.unlink()
    assert shelf.take()["en"].name == "General"


def test_a_pack_is_watched_too(tmp_path: Path) -> None:
    written(tmp_path, GOOD, "en.ours.toml")
    shelf = Shelf(["en"], tmp_path, ["ours"])
    written(tmp_path, GOOD.replace("Still here.", "I am still here."), "en.ours.toml")
    assert any("I am still here." in rule.warm for rule in shelf.take()["en"].rules)


def test_an_engine_gives_a_new_call_what_is_on_the_shelf(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    shelf = Shelf(["en"], tmp_path)
    models = dict.fromkeys(
        field.name for field in fields(Engine) if field.name not in ("playbooks", "shelf")
    )
    engine = Engine(**models, playbooks=shelf.take(), shelf=shelf)  # type: ignore[arg-type]
    running = engine.for_new_call()
    written(tmp_path, GOOD.replace("Still here.", "I am still here."))
    assert engine.for_new_call().playbooks["en"].rules[1].warm == ("I am still here.",)
    assert running.playbooks["en"].rules[1].warm == ("Still here.",)


def test_a_broken_file_keeps_the_old_one_and_says_so_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = written(tmp_path, GOOD)
    shelf = Shelf(["en"], tmp_path)
    before = shelf.take()
    written(tmp_path, GOOD.replace("delay", "delai"))
    with caplog.at_level(logging.WARNING):
        assert shelf.take() is before
        assert shelf.take() is before
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith(f"The playbooks stay as they were: {path}, line 15: ")
    assert "\n" not in line
    written(tmp_path, GOOD.replace("Still here.", "I am still here."))
    assert shelf.take()["en"].version != before["en"].version


def test_a_folder_that_is_gone_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "books"
    folder.mkdir()
    path = written(folder, GOOD)
    shelf = Shelf(["en"], folder)
    path.unlink()
    folder.rmdir()
    assert shelf.take()["en"].name == "Test"


def test_at_the_start_a_mistake_is_an_error(tmp_path: Path) -> None:
    written(tmp_path, GOOD.replace("delay", "delai"))
    with pytest.raises(PlaybookError):
        Shelf(["en"], tmp_path)
