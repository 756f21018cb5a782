"""Playbooks: what a company wants suggested when, read from TOML and checked.

The format is described in docs/playbook.md. Everything wrong in a file is a `PlaybookError`
that names the file, the line and what to do.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from assist.errors import PlaybookError
from assist.guidance.lexicon import LANGUAGES, lexicon
from assist.guidance.mechanics import MechanicsRules
from assist.guidance.patterns import PatternError
from assist.guidance.positive import positive
from assist.guidance.toml_lines import line_of

Text = Annotated[str, Meta(min_length=1)]
Texts = Annotated[tuple[Text, ...], Meta(min_length=1)]
Seconds = Annotated[float, Meta(gt=0)]
ToneName = Literal["angry", "happy", "sad", "neutral", "unsure"]
AtLeast = Annotated[float, Meta(gt=0)] | None

SOLUTION = "solution"
"""What ticks a checklist besides the agent's situations: something done, or advice given."""

_LINE_IN_MESSAGE = re.compile(r"\(at line (\d+)")
_PATH_IN_MESSAGE = re.compile(r"\$[^`]*")
_FIELD_IN_MESSAGE = re.compile(r"unknown field `([^`]+)`")


class MechanicsCondition(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True
):
    """Measures that must be reached; those with an owner are of the rule's speaker."""

    dead_air: AtLeast = None
    dead_air_total: AtLeast = None
    monologue: AtLeast = None
    overtalk: AtLeast = None
    pace_ratio: AtLeast = None
    talk_ratio: AtLeast = None
    hold: AtLeast = None
    hold_over: AtLeast = None
    holds: AtLeast = None
    repeated_question: AtLeast = None
    unacknowledged: AtLeast = None


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """When a rule applies; whatever is not given does not matter.

    `any`, `all`, `none` are situations in the speaker's present words; the `earlier_` ones
    are situations of either speaker up to now; `tone` and `trend` are the caller's voice, and
    `earlier_tone` is what it was for a while before; `phase` is where the call stands. `history`
    is "returning" when the customer has called before, "unsolved" when the last call was not
    solved.
    """

    speaker: Literal["caller", "agent"] = "caller"
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    earlier_any: tuple[str, ...] = ()
    earlier_all: tuple[str, ...] = ()
    earlier_none: tuple[str, ...] = ()
    tone: tuple[ToneName, ...] = ()
    earlier_tone: tuple[ToneName, ...] = ()
    phase: tuple[Literal["opening", "discovery", "solution", "closing"], ...] = ()
    trend: Literal["worse", "better"] | None = None
    mechanics: MechanicsCondition | None = None
    history: Literal["returning", "unsolved"] | None = None


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A condition joined to what to say, in two tones of the brand.

    `said` names situations of the agent that count as having said it; `situation` is what
    the suggestion is called where the condition names no situation; `source` says where the
    rule's numbers come from.
    """

    id: Annotated[str, Meta(pattern=r"^[a-z0-9_-]+$")]
    when: Condition
    why: Text
    warm: Texts
    factual: Texts
    priority: Annotated[int, Meta(ge=0, le=100)] = 50
    cooldown: Seconds = 120.0
    expires: Seconds = 25.0
    said: tuple[str, ...] = ()
    situation: str = ""
    source: str = ""

    def texts(self, style: Literal["warm", "factual"]) -> tuple[str, ...]:
        """The ways to say it in one tone of the brand."""
        return self.warm if style == "warm" else self.factual


class CheckItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that belongs in every call.

    It is done when the agent says one of the situations in `any` ("solution" is one here, too)
    or one of the wordings in `words`, as they are written. What a pack adds stands before the item
    `before`, or behind all.
    """

    id: Annotated[str, Meta(pattern=r"^[a-z0-9_-]+$")]
    text: Text
    any: tuple[str, ...] = ()
    words: tuple[Text, ...] = ()
    before: str = ""


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[playbook]`: `version` is the company's own numbering."""

    name: Text
    language: str
    version: Text


class SlotWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[slots]`: what the blanks of phrases are filled with.

    A product is named as it stands alone, in Turkish with a bar in front of an ending that makes
    it a compound ("kredi kart|ı") and gives way to others ("kredi kartım").
    """

    products: tuple[Annotated[str, Meta(pattern=r"^[^|]{2,}(\|[^|]+)?$")], ...] = ()


class Playbook(msgspec.Struct, frozen=True):
    """A checked playbook of one language; `version` is a short hash of the files' content.

    `positive` is the text of the company's own positive forms, empty for the built-in ones.
    """

    name: str
    language: str
    edition: str
    version: str
    mechanics: MechanicsRules
    rules: tuple[Rule, ...]
    checklist: tuple[CheckItem, ...] = ()
    products: tuple[str, ...] = ()
    positive: str = ""

    @property
    def by_priority(self) -> list[Rule]:
        """The rules, most important first, equal ones in the file's order."""
        return sorted(self.rules, key=lambda rule: -rule.priority)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    playbook: Head
    rule: Annotated[tuple[Rule, ...], Meta(min_length=1)]
    mechanics: MechanicsRules = MechanicsRules()
    checklist: tuple[CheckItem, ...] | None = None
    slots: SlotWords | None = None


class _MistakeError(Exception):
    """A mistake at a place of the document."""

    def __init__(self, message: str, *path: str | int) -> None:
        super().__init__(message)
        self.path = path


def load_playbook(language: str, folder: Path | None = None, packs: Sequence[str] = ()) -> Playbook:
    """The playbook of a language: the general one with the rules of each pack.

    A file is `folder/<language>.toml` or `folder/<language>.<pack>.toml` if it is there, else
    the built-in one. A pack may be there for one language only. Raises `PlaybookError` if the
    folder is missing, the language or a pack unknown or a file wrong.
    """
    if language not in LANGUAGES:
        raise PlaybookError(_unknown_language(language))
    book = _with_positive(read_playbook(_file(language, folder)), _own_positive(language, folder))
    for pack in packs:
        path = _file(f"{language}.{pack}", folder)
        if path.is_file():
            book = _with_pack(book, read_playbook(path))
        elif not any(_file(f"{other}.{pack}", folder).is_file() for other in LANGUAGES):
            raise PlaybookError(
                f"There is no pack {pack!r}; put {language}.{pack}.toml into the folder of "
                f"guidance.playbooks, or use one of: {', '.join(built_in_packs())}."
            )
    return book


def playbook_files(
    languages: Sequence[str], folder: Path | None = None, packs: Sequence[str] = ()
) -> list[Path | Traversable]:
    """The files that `load_playbook` would read."""
    stems = [stem for one in languages for stem in (one, *(f"{one}.{pack}" for pack in packs))]
    books = [file for stem in stems if (file := _file(stem, folder)).is_file()]
    turned = [own for one in languages if (own := _own_positive(one, folder)) is not None]
    return [*books, *turned]


def read_playbook(path: Path | Traversable) -> Playbook:
    """Read and check one file: `<language>.toml` or `<language>.<pack>.toml`."""
    content = _read(path)
    text = content.decode("utf-8")
    with _named_mistakes(path, text):
        file = msgspec.convert(tomllib.loads(text), _File)
        _check(file, path.name.removesuffix(".toml"))
    of_pack = "." in path.name.removesuffix(".toml")
    return Playbook(
        name=file.playbook.name,
        language=file.playbook.language,
        edition=file.playbook.version,
        version=_short_hash(content.replace(b"\r\n", b"\n")),
        mechanics=file.mechanics,
        rules=file.rule,
        checklist=_checklist(file, of_pack=of_pack),
        products=_products(file, of_pack=of_pack),
    )


def _read(path: Path | Traversable) -> bytes:
    try:
        content = path.read_bytes()
        content.decode("utf-8")
    except OSError as error:
        raise PlaybookError(f"The playbook {path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise PlaybookError(f"The playbook {path} is not UTF-8 text; save it as UTF-8.") from None
    return content


@contextmanager
def _named_mistakes(path: Path | Traversable, text: str) -> Iterator[None]:
    """Whatever is wrong with the text becomes a `PlaybookError` with the file and the line."""
    try:
        yield
    except tomllib.TOMLDecodeError as error:
        found = _LINE_IN_MESSAGE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        reason = str(error).split(" (at ")[0]
        raise PlaybookError(f"{path}, line {line}: this is not TOML: {reason}.") from None
    except msgspec.ValidationError as error:
        line = line_of(text, _path_of(str(error)))
        reason = str(error).split(" - at ")[0]
        raise PlaybookError(f"{path}, line {line}: {reason}; see docs/playbook.md.") from None
    except _MistakeError as error:
        raise PlaybookError(f"{path}, line {line_of(text, error.path)}: {error}") from None
    except PatternError as error:
        raise PlaybookError(f"{path}: {error}.") from None


def _own_positive(language: str, folder: Path | None) -> Path | None:
    """The company's own positive forms, `positive/<language>.toml` of its folder, if there."""
    own = folder / "positive" / f"{language}.toml" if folder is not None else None
    return own if own is not None and own.is_file() else None


def _with_positive(book: Playbook, path: Path | None) -> Playbook:
    if path is None:
        return book
    content = _read(path)
    text = content.decode("utf-8")
    with _named_mistakes(path, text):
        positive(book.language, text)
    return msgspec.structs.replace(
        book,
        version=_short_hash(book.version.encode() + content.replace(b"\r\n", b"\n")),
        positive=text,
    )


def _short_hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:8]


def _products(file: _File, *, of_pack: bool) -> tuple[str, ...]:
    """The file's own, or those of the built-in playbook; a pack without any adds nothing."""
    if file.slots is not None or of_pack:
        return file.slots.products if file.slots is not None else ()
    return read_playbook(_file(file.playbook.language)).products


def _checklist(file: _File, *, of_pack: bool) -> tuple[CheckItem, ...]:
    """The file's own, or that of the built-in playbook; a pack without one adds nothing."""
    if file.checklist is not None or of_pack:
        return file.checklist or ()
    return read_playbook(_file(file.playbook.language)).checklist


def _with_pack(book: Playbook, pack: Playbook) -> Playbook:
    """The book with a pack: rules of the same id are replaced, the others come behind.

    So is the checklist, where an item may say which one it comes before. Products are added.
    """
    own = {rule.id: rule for rule in pack.rules}
    kept = tuple(own.pop(rule.id, rule) for rule in book.rules)
    return msgspec.structs.replace(
        book,
        name=f"{book.name} + {pack.name}",
        version=_short_hash(f"{book.version} {pack.version}".encode()),
        rules=(*kept, *own.values()),
        checklist=_with_items(book.checklist, pack.checklist),
        products=tuple(dict.fromkeys((*book.products, *pack.products))),
    )


def _with_items(
    items: tuple[CheckItem, ...], added: tuple[CheckItem, ...]
) -> tuple[CheckItem, ...]:
    own = {item.id: item for item in added}
    result = [own.pop(item.id, item) for item in items]
    for item in own.values():
        places = [index for index, other in enumerate(result) if other.id == item.before]
        result.insert(places[0] if places else len(result), item)
    return tuple(result)


def _file(stem: str, folder: Path | None = None) -> Path | Traversable:
    """The file of that name in the folder, or the built-in one."""
    if folder is not None:
        if not folder.is_dir():
            raise PlaybookError(
                f"The playbook folder {folder} does not exist; create it or unset "
                "guidance.playbooks."
            )
        if (folder / f"{stem}.toml").exists():
            return folder / f"{stem}.toml"
    return resources.files("assist.guidance") / "playbooks" / f"{stem}.toml"


def built_in_packs() -> list[str]:
    """The names of the built-in packs."""
    files = (resources.files("assist.guidance") / "playbooks").iterdir()
    names = (file.name.split(".") for file in files)
    return sorted({parts[1] for parts in names if len(parts) == 3})


def _unknown_language(language: str) -> str:
    known = ", ".join(LANGUAGES)
    return f"There is no guidance for the language {language!r}; use one of: {known}."


def _check(file: _File, stem: str) -> None:
    language = file.playbook.language
    if language not in LANGUAGES:
        raise _MistakeError(_unknown_language(language), "playbook", "language")
    if language != stem.partition(".")[0]:
        raise _MistakeError(
            f"the language is {language!r} but the file is named {stem}.toml; rename one of them.",
            "playbook",
            "language",
        )
    ids: set[str] = set()
    for index, rule in enumerate(file.rule):
        if rule.id in ids:
            raise _MistakeError(
                f"the rule {rule.id!r} is there twice; rename one.", "rule", index, "id"
            )
        ids.add(rule.id)
        _check_rule(rule, index, language)
    _check_checklist(file.checklist or (), language)


def _check_checklist(items: tuple[CheckItem, ...], language: str) -> None:
    known = lexicon(language).tags["agent"] | {SOLUTION}
    ids: set[str] = set()
    for index, item in enumerate(items):
        place = ("checklist", index, "id")
        if item.id in ids:
            raise _MistakeError(f"the item {item.id!r} is there twice; rename one.", *place)
        ids.add(item.id)
        if not (item.any or item.words):
            raise _MistakeError(
                f"nothing can tick the item {item.id!r}; give `any` or `words`.", *place
            )
        for name in item.any:
            _check_situation(name, known, ("checklist", index, "any"))


def _check_rule(rule: Rule, index: int, language: str) -> None:
    when = rule.when
    tags = lexicon(language).tags
    every = tags["caller"] | tags["agent"]
    known = {"any": tags[when.speaker], "all": tags[when.speaker], "none": tags[when.speaker]}
    known |= dict.fromkeys(("earlier_any", "earlier_all", "earlier_none"), every)
    for key, allowed in known.items():
        for name in getattr(when, key):
            _check_situation(name, allowed, ("rule", index, "when", key))
    for name in rule.said:
        _check_situation(name, tags["agent"], ("rule", index, "said"))
    if not (when.any or when.all or when.tone or when.trend or when.mechanics):
        raise _MistakeError(
            f"the rule {rule.id!r} has nothing that starts it; give `any`, `all`, `tone`, "
            "`trend` or `mechanics`.",
            "rule",
            index,
            "when",
        )
    if not (when.any or when.all or rule.situation):
        raise _MistakeError(
            f"the rule {rule.id!r} has no situation in its condition; name it with `situation`.",
            "rule",
            index,
            "id",
        )


def _check_situation(name: str, allowed: frozenset[str], path: tuple[str | int, ...]) -> None:
    if name not in allowed:
        raise _MistakeError(
            f"{name!r} is not a situation; use one of: {', '.join(sorted(allowed))}.", *path
        )


def _path_of(message: str) -> tuple[str | int, ...]:
    """The place msgspec names, as in "… - at `$.rule[0].when`"."""
    found = _PATH_IN_MESSAGE.search(message)
    steps = re.findall(r"\.([\w-]+)|\[(\d+)\]", found[0]) if found else []
    path: list[str | int] = [name or int(number) for name, number in steps]
    if unknown := _FIELD_IN_MESSAGE.search(message):
        path.append(unknown[1])
    return tuple(path)
