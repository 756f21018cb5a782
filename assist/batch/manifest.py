"""What has been scored by which settings: a run that was broken off goes on where it stood.

`manifest.jsonl` in the folder of the results has a line for each recording that is finished, added
when its files are all there. Of a name the last line counts.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from assist.batch.inputs import Item
from assist.config import Settings
from assist.errors import ConfigError
from assist.events import CallStarted, Event, Note

FILE: Final = "manifest.jsonl"
UNSURE: Final = "unsure"
"""The channels of a result whose roles could not be found out."""
_PART: Final = 1 << 20


class Entry(msgspec.Struct, frozen=True):
    """A finished recording. `digest` is the SHA-256 of its content, `made_by` what the result
    depends on beside it; `error` is a sentence or empty; `duration` and `took` in seconds;
    `channels` as the result has them, "unsure" where they could not be found out.
    """

    item: Item
    digest: str
    made_by: str
    error: str
    duration: float
    took: float
    channels: str = ""


class Manifest:
    """The lines of a folder. Raises `ConfigError` when the folder cannot be used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._entries: dict[str, Entry] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file = (folder / FILE).open("ab+")
        except OSError as error:
            raise ConfigError(f"The folder {folder} cannot be used: {error.strerror}.") from None
        self._file.seek(0)
        whole = 0
        for line in self._file:
            try:
                entry = msgspec.json.decode(line, type=Entry)
            except msgspec.DecodeError:
                break  # the last line of a run that was killed while it wrote
            whole += len(line)
            self._entries[entry.item.name] = entry
        if self._file.seek(0, os.SEEK_END) > whole:
            self._file.truncate(whole)

    def __enter__(self) -> Manifest:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[Entry]:
        """The entries that count, by name."""
        return iter([self._entries[name] for name in sorted(self._entries)])

    def entry(self, name: str) -> Entry | None:
        """The entry that counts for a name."""
        return self._entries.get(name)

    def add(self, entry: Entry) -> None:
        """A recording is finished and its files are there."""
        self._entries[entry.item.name] = entry
        self._file.write(msgspec.json.encode(entry) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's content."""
    sha = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(_PART):
            sha.update(part)
    return sha.hexdigest()


def made_by(settings: Settings, models: dict[str, str], playbooks: str, version: str) -> str:
    """What a result depends on beside the recording: settings, models, playbooks, the program."""
    parts = [
        what_counts(settings),
        msgspec.json.encode(dict(sorted(models.items()))).decode(),
        playbooks,
        version,
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def what_counts(settings: Settings) -> str:
    """The settings that a result depends on, as JSON; where models lie is not one of them."""
    groups = {"models", "speech", "tone", "guidance"}
    return settings.model_dump_json(include=groups, exclude={"models": {"directory"}})


def item_digest(content: str, item: Item, channels: str | None, language: str) -> str:
    """The digest of a recording together with what was known of it."""
    known = msgspec.json.encode([item, channels, language])
    return hashlib.sha256(content.encode() + known).hexdigest()


def roles_of(events: Iterable[Event]) -> str:
    """What the channels of a result were taken for, as in "agent,caller", or `UNSURE`."""
    roles = ""
    for event in events:
        if isinstance(event, CallStarted):
            roles = ",".join(event.channels)
        elif isinstance(event, Note) and event.code == "roles_unsure":
            return UNSURE
    return roles
