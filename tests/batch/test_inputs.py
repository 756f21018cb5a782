"""Which recordings a run has, and what is known of each."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import fsspec
import pytest

from assist.batch.inputs import Item, find
from assist.batch.worker import fetched
from assist.errors import AudioError, ConfigError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("2026/ali_17.wav", "2026/berk_18.FLAC", "2026/notes.txt", "can_19.mp3"):
        path = tmp_path / "calls" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return tmp_path / "calls"


def names(items: list[Item]) -> list[str]:
    return [item.name for item in items]


def test_a_folder_is_searched_and_its_order_kept_in_the_results(folder: Path) -> None:
    assert names(find([str(folder)])) == ["2026/ali_17", "2026/berk_18", "can_19"]
    assert names(find([str(folder / "2026")])) == ["ali_17", "berk_18"]


def test_files_globs_and_lists(folder: Path, tmp_path: Path) -> None:
    assert names(find([str(folder / "can_19.mp3"), str(folder / "missing.wav")])) == [
        "can_19",
        "missing",
    ]
    assert names(find([str(folder / "*" / "*_1[78]*")])) == ["ali_17", "berk_18"]
    listed = tmp_path / "list.txt"
    listed.write_text(f"\ufeff{folder / 'can_19.mp3'}\n\n{folder / '2026'}\n", encoding="utf-8")
    assert names(find([], listed=listed)) == ["ali_17", "berk_18", "can_19"]
    with pytest.raises(AudioError, match="No file is named like"):
        find([str(folder / "*.ogg")])
    with pytest.raises(ConfigError, match="cannot be read"):
        find([], listed=tmp_path / "none.txt")


def test_two_recordings_never_share_a_place(folder: Path) -> None:
    (folder / "2026" / "can_19.wav").write_bytes(b"x")
    with pytest.raises(AudioError, match="would both be written to"):
        find([str(folder / "can_19.mp3"), str(folder / "2026" / "can_19.wav")])
    assert len(find([str(folder / "can_19.mp3"), str(folder / "can_19.mp3")])) == 1


def test_what_is_known_comes_from_name_sidecar_and_table(folder: Path, tmp_path: Path) -> None:
    pattern = r"(?P<agent>[a-z]+)_(?P<customer>\d+)"
    sidecar = {"customer": "c-18", "channels": ["caller", "agent"], "title": "ignored"}
    (folder / "2026" / "berk_18.json").write_text(json.dumps(sidecar), encoding="utf-8")
    table = tmp_path / "calls.csv"
    table.write_text(
        "file;agent;started_at;language\n"
        "2026/ali_17;Ali Kaya;2026-03-01T09:30:00;tr\n"
        "berk_18;;;en\n",
        encoding="utf-8",
    )
    ali, berk, can = find([str(folder)], metadata=table, pattern=pattern)
    assert (ali.agent, ali.customer, ali.language) == ("Ali Kaya", "17", "tr")
    assert ali.began() == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    assert (berk.agent, berk.customer, berk.channels) == ("berk", "c-18", "caller,agent")
    assert berk.language == "en"
    assert (can.agent, can.customer, can.began()) == ("can", "19", None)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name,agent\nx,y\n", "must have a column file"),
        ("file,agent,mood\nx,y,z\n", "it has file, agent, mood"),
        ("file,started_at\ncan_19,yesterday\n", "is no time"),
        ("file,language\ncan_19,de\n", "is no language"),
    ],
)
def test_a_table_that_cannot_be_used_is_one_sentence(
    folder: Path, tmp_path: Path, text: str, sentence: str
) -> None:
    table = tmp_path / "calls.csv"
    table.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=sentence):
        find([str(folder)], metadata=table)


@pytest.mark.parametrize("pattern", ["(", "no groups", "(?P<mood>x)"])
def test_a_pattern_that_cannot_be_used_is_one_sentence(folder: Path, pattern: str) -> None:
    with pytest.raises(ConfigError, match="The pattern"):
        find([str(folder)], pattern=pattern)


def test_a_place_by_its_address(folder: Path) -> None:
    address = f"file://{folder}"
    found = find([address])
    assert names(found) == ["2026/ali_17", "2026/berk_18", "can_19"]
    assert all(item.remote for item in found)
    with pytest.raises(ConfigError, match="cannot be listed"):
        find(["nosuch://bucket/x"])


class Down(fsspec.AbstractFileSystem):
    """A file system whose service answers as its library likes."""

    protocol = "down"

    def find(self, path: str, **options: object) -> None:
        raise RuntimeError("no credentials")

    def _open(self, path: str, *rest: object, **options: object) -> None:
        raise RuntimeError("no connection")


def test_whatever_a_service_elsewhere_raises_is_one_sentence(tmp_path: Path) -> None:
    fsspec.register_implementation("down", Down, clobber=True)
    with pytest.raises(ConfigError, match="cannot be listed: no credentials"):
        find(["down://bucket/x"])
    with pytest.raises(AudioError, match=r"down://bucket/x.wav cannot be read: no connection"):
        fetched(Item("x", "down://bucket/x.wav"), tmp_path)
