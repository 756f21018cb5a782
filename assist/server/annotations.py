"""What people marked on one call, and what of it counts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from msgspec.structs import replace

from assist.errors import ProtocolError
from assist.events import ToneLabel
from assist.store import Annotation
from assist.store.annotations import counting

_MOST = 5_000
"""Of one call: more than people make, and an end for a program that has run wild."""

_ANYTHING, _NOTHING = r".+", r""
_ALLOWED: dict[str, tuple[str, str]] = {
    "moment": (_ANYTHING, r"set|removed"),
    "flag": (_NOTHING, r"raised|lowered"),
    "snooze": (_NOTHING, r"\d{1,3}"),
    "note": (_NOTHING, _NOTHING),
    "outcome": (_NOTHING, r"solved|unsolved|open"),
    "topic": (_NOTHING, r"[a-z_]+/[a-z_]+"),
    "tone": (r"[1-9]\d{0,9}", "|".join(ToneLabel)),
    "situation": (r"[1-9]\d{0,9}", r"[a-z_]+"),
    "promise": (_ANYTHING, r"kept|open"),
    "whisper": (_ANYTHING, r"sent|seen"),
}
"""By kind: what `about` and `value` may be."""


class Annotations:
    """The annotations of a call in the order of their making; they are only ever added."""

    def __init__(self, made: Iterable[Annotation] = ()) -> None:
        self.all = list(made)
        self._ids = {mark.id for mark in self.all}

    def counting(self) -> tuple[Annotation, ...]:
        """Of each kind and subject the latest."""
        return tuple(counting(self.all).values())

    def add(self, annotation: Annotation, author: str) -> Annotation | None:
        """Take what a page sent, signed and dated; `None` for what is there already.

        Raises `ProtocolError` for what makes no sense.
        """
        _check(annotation)
        if annotation.id in self._ids:
            return None
        if len(self.all) >= _MOST:
            raise ProtocolError(f"The call {annotation.call_id[:40]!r} has {_MOST} annotations.")
        made = replace(annotation, author=author, made_at=datetime.now(UTC).isoformat())
        self.all.append(made)
        self._ids.add(made.id)
        return made


def _check(annotation: Annotation) -> None:
    kind = annotation.kind
    for name, allowed in zip(("about", "value"), _ALLOWED[kind], strict=True):
        given = getattr(annotation, name)
        if not re.fullmatch(allowed, given):
            raise ProtocolError(
                f"The {name} of an annotation of the kind {kind!r} cannot be {given[:40]!r}."
            )
    if annotation.text and kind not in ("note", "moment", "whisper"):
        raise ProtocolError(f"An annotation of the kind {kind!r} has no text.")
