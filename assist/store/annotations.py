"""What people mark on a call, beside what the call itself said.

Guidance never reads these: the final events of a call depend on its audio alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Literal

import msgspec

Kind = Literal[
    "moment",
    "flag",
    "snooze",
    "note",
    "outcome",
    "topic",
    "tone",
    "situation",
    "promise",
    "whisper",
]


class Annotation(msgspec.Struct, frozen=True, tag_field="type", tag="annotation", kw_only=True):
    """What a person marked on a call; sent by a page and told to all pages of the call.

    `id` is made up by the page, so that what is sent twice is kept once. `start` is the second
    of the call that is meant. Nothing is ever changed: of those with the same `kind` and
    `about` the latest counts. The server fills in `author` and `made_at` (ISO 8601, UTC).

    | kind | about | value |
    |---|---|---|
    | `moment`: worth coming back to | the id of its first annotation | `set`, `removed` |
    | `flag`: a supervisor should look | | `raised`, `lowered` |
    | `snooze`: no suggestions from `start` on | | minutes; `0` ends it |
    | `note`: what the agent wrote, in `text` | | |
    | `outcome`: how the call really ended | | `solved`, `unsolved`, `open` |
    | `topic`: what it was really about | | a topic, as in `delivery/late` |
    | `tone`: what the tone really was | `seq` of the tone event | a tone's label |
    | `situation`: what the words really showed | `seq` of the situation | a situation, or `none` |
    | `whisper`: a supervisor's words, in `text` | the id of its first one | `sent`, `seen` |
    | `promise`: what became of a promise | its call and id, as in `CALL/p1` | `kept`, `open` |
    """

    call_id: str
    id: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9-]{8,64}$")]
    kind: Kind
    about: Annotated[str, msgspec.Meta(max_length=200)] = ""
    start: Annotated[float, msgspec.Meta(ge=0, le=1_000_000)] = 0.0
    value: Annotated[str, msgspec.Meta(max_length=200)] = ""
    text: Annotated[str, msgspec.Meta(max_length=10_000)] = ""
    author: str = ""
    made_at: str = ""


def counting(annotations: Iterable[Annotation]) -> dict[tuple[str, str, str], Annotation]:
    """Those that count, by call, kind and subject, in the order of their first making."""
    return {(mark.call_id, mark.kind, mark.about): mark for mark in annotations}
