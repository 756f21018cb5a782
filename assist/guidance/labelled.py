"""Sentences with the situations in them, as people labelled them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from assist.errors import ConfigError

_FIELDS = 4


class Labelled(NamedTuple):
    """A sentence: where it comes from, what must be found in it, and what may be."""

    part: str
    speaker: str
    wanted: frozenset[str]
    allowed: frozenset[str]
    text: str


def read_labelled(path: Path) -> list[Labelled]:
    """The sentences of a file: part, speaker, situations and text, separated by tabs.

    A situation marked `?` may be found, but need not be; `-` stands for none. Raises
    `ConfigError` with the number of a line that is not of this form.
    """
    found = []
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The sentences {path} cannot be read ({error}).") from None
    for number, line in enumerate(lines, 1):
        fields = line.split("\t")
        if len(fields) != _FIELDS:
            raise ConfigError(
                f"{path} line {number} has {len(fields)} fields; write part, speaker, situations "
                "and text, separated by tabs."
            )
        part, speaker, tags, text = fields
        names = [] if tags == "-" else tags.split(",")
        wanted = frozenset(name for name in names if not name.startswith("?"))
        allowed = frozenset(name.removeprefix("?") for name in names)
        found.append(Labelled(part, speaker, wanted, allowed, text))
    return found
