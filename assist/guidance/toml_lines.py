"""Where things stand in a TOML file: `tomllib` gives the values but not their lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.\-]+)\s*\]\]?")
_KEY = re.compile(r"\s*([\w.\-]+)\s*=")
_QUOTES = re.compile(r'"""|\'\'\'')

Path = Sequence[str | int]


def line_of(text: str, path: Path) -> int:
    """The line (from 1) where `path` is set, or the nearest thing around it.

    A path names tables and keys, with a number for an element of an array of tables:
    `("rule", 2, "when", "any")`.
    """
    best, depth = 1, 0
    for place, line in _places(text):
        shared = _shared(place, path)
        if shared == len(place) and shared > depth:
            best, depth = line, shared
    return best


def _places(text: str) -> Iterator[tuple[tuple[str | int, ...], int]]:
    table: tuple[str | int, ...] = ()
    counts: dict[str, int] = {}
    inside_string = False
    for number, line in enumerate(text.splitlines(), start=1):
        was_inside = inside_string
        inside_string ^= len(_QUOTES.findall(line)) % 2 == 1
        if was_inside:
            continue
        if header := _HEADER.match(line):
            names = header[2].split(".")
            if header[1] == "[[":
                counts[names[0]] = counts.get(names[0], -1) + 1
            table = _numbered(names, counts)
            yield table, number
        elif key := _KEY.match(line):
            yield (*table, *key[1].split(".")), number


def _numbered(names: list[str], counts: dict[str, int]) -> tuple[str | int, ...]:
    first = names[0]
    number = (counts[first],) if first in counts else ()
    return (first, *number, *names[1:])


def _shared(one: Path, other: Path) -> int:
    count = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        count += 1
    return count
