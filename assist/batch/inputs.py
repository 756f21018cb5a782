"""Which recordings there are, and what is known of each before it is heard.

What is known comes, each overriding the one before, from the file's name (a pattern), from a JSON
file beside it, and from a table. The roles of channels and the language can be given for all.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, Final

import fsspec
import msgspec
from msgspec.structs import replace

from assist.audio.frames import CallInfo
from assist.errors import AudioError, ConfigError

SUFFIXES: Final = frozenset(
    {".wav", ".flac", ".mp3", ".ogg", ".opus", ".oga", ".m4a", ".mp4", ".aac", ".webm", ".mka"}
)
"""What a folder is searched for; a file that is named itself may end in anything."""
FIELDS: Final = ("agent", "customer", "started_at", "channels", "language")
"""What may be known of a recording; a table has them as columns beside `file`."""
DETECT: Final = "detect"
"""Stands where the roles of channels are named, to have them found out."""
_GLOB: Final = re.compile(r"[*?\[]")


class Item(msgspec.Struct, frozen=True):
    """One recording. `name` is where its results go, a path without suffix, unique in a run.

    `started_at` is ISO 8601 or empty; `channels` are roles as in "agent,caller", or
    `DETECT`, or empty.
    """

    name: str
    source: str
    agent: str = ""
    customer: str = ""
    started_at: str = ""
    channels: str = ""
    language: str = ""

    @property
    def remote(self) -> bool:
        """Whether it lies somewhere else than in the file system."""
        return "://" in self.source

    def began(self) -> datetime | None:
        """When the call began, UTC where no zone was given."""
        if not self.started_at:
            return None
        moment = datetime.fromisoformat(self.started_at)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def find(
    paths: Iterable[str],
    *,
    listed: Path | None = None,
    metadata: Path | None = None,
    pattern: str = "",
) -> list[Item]:
    """The recordings of files, folders, globs and addresses such as s3://bucket/prefix, by name.

    `listed` names a file with one of these a line, `metadata` a CSV file with a column `file`
    (a name, with or without folders) and some of `FIELDS`, `pattern` is a regular expression of
    file names with groups named as in `FIELDS`, such as `(?P<agent>\\w+)_(?P<customer>\\d+)`.
    Raises `AudioError` for what is not there or would be written to the same place, and
    `ConfigError` for a list, table or pattern that cannot be used.
    """
    given = [*paths, *(_lines(listed) if listed else ())]
    table = _table(metadata) if metadata else {}
    form = _form(pattern)
    found: dict[str, Item] = {}
    for path in given:
        for name, source in _sources(path):
            item = _known(Item(name, source), form, table)
            other = found.setdefault(name, item)
            if other.source != source:
                raise AudioError(
                    f"{other.source} and {source} would both be written to {name}.events.jsonl; "
                    "score them into different folders."
                )
    return [found[name] for name in sorted(found)]


def _lines(path: Path) -> list[str]:
    return [line.strip() for line in text_of(path).splitlines() if line.strip()]


def text_of(path: Path) -> str:
    """The text of a file; raises `ConfigError` when it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise ConfigError(f"{path} cannot be read: {reason}.") from None


def _sources(path: str) -> Iterator[tuple[str, str]]:
    """Names and places of the recordings that a path means."""
    if "://" in path:
        yield from _remote(path)
        return
    place = Path(path)
    if place.is_dir():
        for file in sorted(place.rglob("*")):
            if file.is_file() and file.suffix.lower() in SUFFIXES:
                yield file.relative_to(place).with_suffix("").as_posix(), str(file)
    elif _GLOB.search(path) and not place.exists():
        matches = sorted(Path(place.anchor or ".").glob(str(place.relative_to(place.anchor))))
        if not matches:
            raise AudioError(f"No file is named like {path}; check the pattern.")
        for file in matches:
            if file.is_file():
                yield file.stem, str(file)
    else:
        yield place.stem, path  # that it is not there is told of this one alone


def _remote(address: str) -> Iterator[tuple[str, str]]:
    try:
        filesystem, root = fsspec.core.url_to_fs(address)
        files = filesystem.find(root) if not _GLOB.search(root) else filesystem.glob(root)
    except Exception as error:  # noqa: BLE001 - whatever a file system elsewhere may raise
        raise ConfigError(f"{address} cannot be listed: {error}.") from None
    if not files:
        raise AudioError(f"There is no recording at {address}; check the address.")
    for file in sorted(files):
        inside = PurePosixPath(file)
        if inside.suffix.lower() in SUFFIXES or file == root:
            name = inside.name if file == root else str(inside.relative_to(_prefix(root)))
            yield str(PurePosixPath(name).with_suffix("")), filesystem.unstrip_protocol(file)


def _prefix(root: str) -> str:
    return root if not _GLOB.search(root) else str(PurePosixPath(_GLOB.split(root)[0]).parent)


def _form(pattern: str) -> re.Pattern[str] | None:
    if not pattern:
        return None
    try:
        form = re.compile(pattern)
    except re.error as error:
        raise ConfigError(f"The pattern {pattern!r} is no regular expression: {error}.") from None
    unknown = form.groupindex.keys() - set(FIELDS)
    if unknown or not form.groupindex:
        raise ConfigError(
            f"The pattern {pattern!r} must have groups named {', '.join(FIELDS)} and no others, "
            "as in (?P<agent>[^_]+)_(?P<customer>[^_]+)."
        )
    return form


def _table(path: Path) -> dict[str, dict[str, str]]:
    text = text_of(path)
    rows = csv.DictReader(text.splitlines(), delimiter=dialect_of(text.partition("\n")[0]))
    columns = [name.strip() for name in rows.fieldnames or ()]
    if "file" not in columns or not set(columns) - {"file"} <= set(FIELDS):
        raise ConfigError(
            f"{path} must have a column file and, beside it, only {', '.join(FIELDS)}; "
            f"it has {', '.join(columns) or 'none'}."
        )
    rows.fieldnames = columns
    return {row["file"].strip(): {k: (v or "").strip() for k, v in row.items()} for row in rows}


def dialect_of(header: str) -> str:
    """What divides the columns of a table: a semicolon where its first line has one."""
    return ";" if ";" in header else ","


def _known(item: Item, form: re.Pattern[str] | None, table: dict[str, dict[str, str]]) -> Item:
    file = PurePosixPath(item.source)
    known: dict[str, Any] = {}
    if form is not None and (match := form.search(file.name)):
        known |= {name: value for name, value in match.groupdict().items() if value}
    if not item.remote:
        known |= _sidecar(Path(item.source).with_suffix(".json"))
    for key in (file.stem, file.name, item.name, item.source):
        known |= {k: v for k, v in table.get(key, {}).items() if k in FIELDS and v}
    made = replace(item, **known)
    _check(made)
    return made


def _sidecar(path: Path) -> dict[str, str]:
    """What a JSON file beside a recording says; other things in it are somebody else's."""
    if not path.is_file():
        return {}
    try:
        said = msgspec.json.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError):
        return {}
    if not isinstance(said, dict):
        return {}
    channels = said.get("channels")
    known = {name: said[name] for name in FIELDS if isinstance(said.get(name), str)}
    if isinstance(channels, list) and all(isinstance(one, str) for one in channels):
        known["channels"] = ",".join(channels)
    return known


def _check(item: Item) -> None:
    try:
        item.began()
    except ValueError:
        raise ConfigError(
            f"{item.source}: {item.started_at!r} is no time; write it as in 2026-03-01T09:30:00."
        ) from None
    if item.language not in ("", "tr", "en", "auto"):
        raise ConfigError(f"{item.source}: {item.language!r} is no language; use tr, en or auto.")


def info_of(item: Item, legs: Sequence[Any], language: str) -> CallInfo:
    """The call of a recording, as the core knows it."""
    return CallInfo(
        call_id=item.name,
        legs=tuple(legs),
        language=item.language or language,
        agent=item.agent,
        customer=item.customer,
    )
