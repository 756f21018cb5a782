"""What calls really said: transcripts, tones and situations by people, to hold results against.

There is one form, a row for each thing that is known of a call (`Row`), and three ways to it:
the JSON file beside a recording with its `turns`, a CSV file, and JSON lines; the last is also
what `assist db labels` writes. docs/batch.md describes them for those who write them by hand.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from assist.batch.inputs import dialect_of, text_of
from assist.errors import ConfigError
from assist.events import Role, ToneLabel
from assist.guidance.lexicon import LANGUAGES, SPEAKERS, lexicon
from assist.store.labels import REFERENCES

_LABELS: Final = tuple(label.value for label in ToneLabel if label is not ToneLabel.UNSURE)
_NONE: Final = "-"


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of a call, or of a stretch of it; what is empty is not known.

    `call` is the name of the result, or its last part, or the hash of it that labels have.
    `start` and `end` are seconds. `text` is what was said, `tone` how the caller felt, `tags` are
    situations separated by commas or spaces: "?" in front of one that may be found but need not
    be, "-" for none.
    """

    call: str
    channel: str = ""
    start: float | None = None
    end: float | None = None
    text: str = ""
    tone: str = ""
    tags: str = ""
    language: str = ""

    @property
    def wanted(self) -> frozenset[str]:
        """The situations that should be found."""
        return frozenset(tag for tag in self._names() if not tag.startswith("?"))

    @property
    def allowed(self) -> frozenset[str]:
        """The situations that may be found, the wanted ones among them."""
        return frozenset(tag.removeprefix("?") for tag in self._names())

    def _names(self) -> list[str]:
        return [] if self.tags == _NONE else self.tags.replace(",", " ").split()


FIELDS: Final = tuple(Row.__struct_fields__)


def read_references(paths: Iterable[Path]) -> list[Row]:
    """The rows of files and folders.

    A file ends in .json (beside a recording), .csv or .jsonl; a folder has the labels of
    `assist db labels`, or such JSON files, also in folders of its own. Raises `ConfigError` with
    file and line for the first that cannot be used.
    """
    rows: list[Row] = []
    told: dict[tuple[str, str], Path] = {}
    for path in paths:
        found = list(_of(path))
        if not found:
            raise ConfigError(f"{path} has no references; docs/batch.md says how to write them.")
        for row in found:
            before = told.setdefault((row.call, row.channel), path) if row.text else path
            if before != path:
                raise ConfigError(
                    f"{before} and {path} both say what was said in {row.call} ({row.channel}); "
                    "leave one of them out."
                )
        rows += found
    return rows


def _of(path: Path) -> Iterator[Row]:
    if path.is_dir():
        if (path / REFERENCES).is_file():
            yield from _json_lines(path / REFERENCES)
            return
        for file in sorted(path.rglob("*.json")):
            name = file.relative_to(path).with_suffix("").as_posix()
            yield from _beside_recording(file, name, among_others=True)
    elif path.suffix == ".csv":
        yield from _table(path)
    elif path.suffix == ".jsonl":
        yield from _json_lines(path)
    elif path.suffix == ".json":
        yield from _beside_recording(path, path.stem)
    else:
        raise ConfigError(f"{path} is no folder and ends in none of .json, .csv and .jsonl.")


def _beside_recording(path: Path, call: str, *, among_others: bool = False) -> Iterator[Row]:
    """The turns of a recording; in a folder other JSON files are passed over."""
    try:
        said = msgspec.json.decode(text_of(path))
    except msgspec.DecodeError as error:
        if among_others:
            return
        raise ConfigError(f"{path} is no JSON: {error}.") from None
    turns = said.get("turns") if isinstance(said, dict) else None
    if not isinstance(turns, list):
        if among_others:
            return
        raise ConfigError(f'{path} must be an object with a list "turns".')
    language = said.get("language") or ""
    for number, turn in enumerate(turns, start=1):
        place = f"{path}, turn {number}"
        if not isinstance(turn, dict):
            raise ConfigError(f"{place}: it is no object with channel, start, end and text.")
        known = {name: turn[name] for name in ("channel", "start", "end", "text") if name in turn}
        row = _row({"call": call, "language": language} | known, place)
        if not row.text:
            raise ConfigError(f"{place}: it has no text.")
        yield row


def _table(path: Path) -> Iterator[Row]:
    lines = text_of(path).splitlines(keepends=True)
    rows = csv.DictReader(lines, delimiter=dialect_of(lines[0] if lines else ""))
    columns = [name.strip() for name in rows.fieldnames or ()]
    unknown = [name for name in columns if name not in FIELDS]
    if "call" not in columns or unknown:
        raise ConfigError(
            f"{path}, line 1: it must have a column call and, beside it, only "
            f"{', '.join(FIELDS[1:])}; it has {', '.join(columns) or 'none'}."
        )
    rows.fieldnames = columns
    try:
        for row in rows:
            place = f"{path}, line {rows.line_num}"
            if None in row:
                raise ConfigError(
                    f"{place}: it has more fields than columns; put a text with "
                    f'"{rows.reader.dialect.delimiter}" in it between quotation marks.'
                )
            filled = {k: v.strip() for k, v in row.items() if v and v.strip()}
            given: dict[str, Any] = {"call": ""} | filled
            for name in ("start", "end"):
                if name in given:
                    given[name] = _seconds(given[name], place)
            yield _row(given, place)
    except csv.Error as error:
        raise ConfigError(f"{path}, line {rows.line_num}: {error}.") from None


def _seconds(text: str, place: str) -> float:
    """ "83.5" or "83,5", or by the clock, "1:23.5"."""
    try:
        total = 0.0
        for part in text.replace(",", ".").split(":"):
            total = 60 * total + float(part)
    except ValueError:
        raise ConfigError(
            f"{place}: {text!r} is no time; write seconds as in 83.5, or 1:23.5."
        ) from None
    return total


def _json_lines(path: Path) -> Iterator[Row]:
    for number, line in enumerate(text_of(path).splitlines(), start=1):
        if not line.strip():
            continue
        place = f"{path}, line {number}"
        try:
            given = msgspec.json.decode(line)
        except msgspec.DecodeError as error:
            raise ConfigError(f"{place}: it is no JSON ({error}).") from None
        yield _row(given, place)


def _row(given: Any, place: str) -> Row:
    try:
        row = msgspec.convert(given, Row)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{place}: {error}; a row has {', '.join(FIELDS)}.") from None
    problem = _problem(row)
    if problem:
        raise ConfigError(f"{place}: {problem}.")
    return row


def _problem(row: Row) -> str:
    """What is wrong with a row, as the end of a sentence."""
    checks = (
        (not row.call, "it names no call"),
        (
            not (row.text or row.tone or row.tags),
            "it says nothing; fill in text, tone or tags",
        ),
        (
            row.channel not in ("", *Role),
            f"{row.channel!r} is no channel; use agent, caller or mixed",
        ),
        (
            row.language not in ("", *LANGUAGES),
            f"{row.language!r} is no language; use tr or en",
        ),
        (
            min(row.start or 0.0, row.end or 0.0) < 0
            or (row.end is not None and row.end <= (row.start or 0.0)),
            "its times are not in order; start and end are seconds of the call",
        ),
        (bool(row.text) and not row.channel, "a text needs its channel"),
    )
    labels = (_wrong_tone(row) if row.tone else "") or (_wrong_tags(row) if row.tags else "")
    return next((told for wrong, told in checks if wrong), labels)


def _wrong_tone(row: Row) -> str:
    if row.tone not in _LABELS:
        return f"{row.tone!r} is no tone; use {', '.join(_LABELS)}, or leave the row out"
    if row.channel not in ("", Role.CALLER):
        return "a tone is of the caller only, never of another channel"
    return "a tone needs start and end" if row.start is None or row.end is None else ""


def _wrong_tags(row: Row) -> str:
    if row.channel not in SPEAKERS:
        return "tags need a channel, agent or caller"
    known = _situations(row.channel)
    unknown = sorted(row.allowed - known)
    if unknown:
        told = ", ".join(sorted(known))
        return f"{unknown[0]!r} is no situation of the {row.channel}; there are {told}"
    stretch_without_start = row.end is not None and row.start is None
    return "tags of a stretch need its start" if stretch_without_start else ""


@cache
def _situations(speaker: str) -> frozenset[str]:
    return frozenset(tag for language in LANGUAGES for tag in lexicon(language).tags[speaker])
