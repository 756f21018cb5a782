"""The shelf: the playbooks that calls take which begin now."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path

from assist.errors import PlaybookError
from assist.guidance.playbook import Playbook, load_playbook, playbook_files

_log = logging.getLogger(__name__)


class Shelf:
    """Playbooks of some languages, read again when one of their files has changed.

    A running call keeps what it took. A file that has become wrong, or is gone, changes
    nothing but a line in the log. Raises `PlaybookError` when it is made, not later.
    """

    def __init__(
        self, languages: Sequence[str], folder: Path | None = None, packs: Sequence[str] = ()
    ) -> None:
        self._languages = tuple(languages)
        self._folder = folder
        self._packs = tuple(packs)
        self._seen = self._stamps()
        self._books = self._load()

    def take(self) -> Mapping[str, Playbook]:
        """The playbooks as their files are now, or as they were when they were last right."""
        if self._folder is None:
            return self._books
        try:
            seen = self._stamps()
            if seen == self._seen:
                return self._books
            self._seen = seen
            self._books = self._load()
            versions = ", ".join(f"{key} {book.version}" for key, book in self._books.items())
            _log.info("The playbooks have changed; calls that start now take %s.", versions)
        except PlaybookError as error:
            _log.warning("The playbooks stay as they were: %s", error)
        return self._books

    def _load(self) -> Mapping[str, Playbook]:
        return {
            language: load_playbook(language, self._folder, self._packs)
            for language in self._languages
        }

    def _stamps(self) -> tuple[tuple[str, int, int], ...]:
        """Name, size and time of each file there is."""
        if self._folder is not None and not self._folder.is_dir():
            return ()
        files = playbook_files(self._languages, self._folder, self._packs)
        return tuple(_stamp(file) for file in files)


def _stamp(file: Path | Traversable) -> tuple[str, int, int]:
    if not isinstance(file, Path):
        return str(file), 0, 0
    try:
        status = file.stat()
    except OSError:
        return str(file), 0, 0  # it went away just now
    return str(file), status.st_size, status.st_mtime_ns
