"""The page's types, names of topics and of situations, written from the server's own.

`python -m assist.server.typescript web/src/events.ts` writes the file if it would change;
with `--check` it only says whether it is current (exit code 1 when not).
"""

from __future__ import annotations

import argparse
import inspect
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
from msgspec import inspect as types

from assist import events
from assist.guidance.lexicon import LANGUAGES, SPEAKERS, situations
from assist.guidance.quality import QualityNames
from assist.guidance.topics import topics
from assist.server import messages
from assist.server.insights import Card
from assist.server.people import TokenInfo, UserInfo
from assist.server.reanalysis import Reanalysis
from assist.server.sign_in import Me
from assist.server.wall import WallChanges, WallState
from assist.store import Annotation
from assist.store.coaching import Coaching
from assist.store.earlier import CustomerMemory
from assist.store.people import Done
from assist.store.reasons import Reasons
from assist.store.scorecards import Agreement

Struct = type[msgspec.Struct]

FINAL: tuple[Struct, ...] = get_args(events.FinalEvent)
FROM_SERVER: tuple[Struct, ...] = (
    messages.Hello,
    messages.Feedback,
    Annotation,
    *FINAL,
    events.Partial,
)
RESOURCES: tuple[Struct, ...] = (
    messages.CallSummary,
    messages.CallPage,
    messages.SampleInfo,
    Me,
    UserInfo,
    TokenInfo,
    Done,
    CustomerMemory,
    Reanalysis,
    Card,
    QualityNames,
    Agreement,
    Coaching,
    Reasons,
    WallState,
    WallChanges,
)
UNIONS: dict[str, tuple[Struct, ...]] = {
    "FinalEvent": FINAL,
    "AnyEvent": (*FINAL, events.Partial),
    "ServerMessage": FROM_SERVER,
}

HEADER = "// Written by `python -m assist.server.typescript`; do not edit.\n"


def source() -> str:
    """The TypeScript file as text."""
    declared = types.multi_type_info((*FROM_SERVER, *RESOURCES))
    parts = [
        HEADER,
        f"export const VERSION = {events.VERSION};",
        f"export const SAMPLE_RATE = {events.SAMPLE_RATE};\n",
    ]
    found = {kind.cls: kind for kind in _declarable(declared)}
    parts += [_declaration(kind) for kind in found.values()]
    parts += [_union(name, members) for name, members in UNIONS.items()]
    names = {
        language: {topic.id: topic.name for topic in topics(language).topics.values()}
        for language in LANGUAGES
    }
    text = json.dumps(names, ensure_ascii=False, indent=2)
    parts.append(f"/** What topics are called, by language. */\nexport const TOPICS = {text};\n")
    ids = {speaker: sorted(situations(speaker)) for speaker in SPEAKERS}
    said = json.dumps(ids, indent=2)
    parts.append(
        f"/** Ids of situations, by speaker. */\nexport const SITUATIONS = {said} as const;\n"
    )
    return "\n".join(parts)


def _declarable(roots: Iterable[types.Type]) -> Iterator[types.StructType | types.EnumType]:
    """Every struct and enumeration reachable from `roots`, what is used before its user."""
    for kind in roots:
        if isinstance(kind, types.StructType):
            yield from _declarable(field.type for field in kind.fields)
            yield kind
        elif isinstance(kind, types.EnumType):
            yield kind
        elif isinstance(kind, types.VarTupleType | types.ListType):
            yield from _declarable([kind.item_type])
        elif isinstance(kind, types.DictType):
            yield from _declarable([kind.value_type])
        elif isinstance(kind, types.TupleType):
            yield from _declarable(kind.item_types)
        elif isinstance(kind, types.UnionType):
            yield from _declarable(kind.types)


def _declaration(kind: types.StructType | types.EnumType) -> str:
    comment = f"/** {_first_sentence(kind.cls)} */"
    if isinstance(kind, types.EnumType):
        values = " | ".join(f'"{member.value}"' for member in kind.cls)
        return f"{comment}\nexport type {kind.cls.__name__} = {values};\n"
    lines = [comment, f"export interface {kind.cls.__name__} {{"]
    if kind.tag is not None:
        lines.append(f'  readonly {kind.tag_field}: "{kind.tag}";')
    lines += [f"  readonly {f.encode_name}: {_reference(f.type)};" for f in kind.fields]
    return "\n".join([*lines, "}\n"])


def _first_sentence(cls: type[Any]) -> str:
    text = inspect.cleandoc(cls.__doc__ or cls.__name__)
    return " ".join(text.split("\n\n")[0].split())


_PLAIN: dict[type[types.Type], str] = {
    types.StrType: "string",
    types.BoolType: "boolean",
    types.IntType: "number",
    types.FloatType: "number",
    types.NoneType: "null",
    types.DateTimeType: "string",  # ISO 8601
}


def _reference(kind: types.Type) -> str:
    """How a field's type is written in TypeScript; raises `TypeError` for an unknown one."""
    match kind:
        case types.StructType() | types.EnumType():
            text = kind.cls.__name__
        case types.VarTupleType() | types.ListType():
            text = f"readonly {_grouped(kind.item_type)}[]"
        case types.TupleType():
            text = f"readonly [{', '.join(map(_reference, kind.item_types))}]"
        case types.DictType():
            text = f"Readonly<Record<string, {_reference(kind.value_type)}>>"
        case types.LiteralType():
            text = " | ".join(f'"{value}"' for value in kind.values)
        case types.UnionType():
            text = " | ".join(_reference(member) for member in kind.types)
        case _ if type(kind) in _PLAIN:
            text = _PLAIN[type(kind)]
        case _:
            raise TypeError(
                f"{kind!r} has no TypeScript form yet; add it to assist/server/typescript.py"
            )
    return text


def _grouped(kind: types.Type) -> str:
    text = _reference(kind)
    return f"({text})" if " " in text else text


def _union(name: str, members: tuple[Struct, ...]) -> str:
    return f"export type {name} =\n  | " + "\n  | ".join(m.__name__ for m in members) + ";\n"


def main(arguments: list[str] | None = None) -> int:
    """Write or check the file; the exit code of the command."""
    parser = argparse.ArgumentParser(prog="assist.server.typescript", description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args(arguments)
    text = source()
    path: Path = options.path
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return 0
    if options.check:
        sys.stderr.write(f"{path} is not what the events say; run `make web`.\n")
        return 1
    path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
