"""`assist guidance …` and `assist playbook …`: look into a text, check playbooks."""

from __future__ import annotations

import sys
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from assist.errors import AssistError, PlaybookError
from assist.guidance.lexicon import LANGUAGES
from assist.guidance.playbook import Playbook, load_playbook, read_playbook
from assist.guidance.rehearsal import Dialogue, read_dialogues, rehearse
from assist.guidance.situations import Tag, classify

app = typer.Typer(help="Situations in what is said.", no_args_is_help=True)
playbook_app = typer.Typer(help="Playbooks: what is suggested when.", no_args_is_help=True)

_SPEAKERS = ("caller", "agent", "mixed")
_BUILT_IN = resources.files("assist.guidance") / "playbooks"


class Line(msgspec.Struct, frozen=True):
    """One line of `classify --jsonl`."""

    text: str
    language: str
    speaker: str


class Result(msgspec.Struct, frozen=True):
    """What `classify` prints for one text."""

    tags: tuple[Tag, ...]


@app.callback()
@playbook_app.callback()
def _group() -> None:
    """Keep the only command of a group a command of its own."""


@app.command(name="classify")
def classify_command(
    text: Annotated[str | None, typer.Argument(help="What was said.")] = None,
    language: Annotated[str, typer.Option(help="tr or en.")] = "tr",
    speaker: Annotated[str, typer.Option(help="caller, agent or mixed.")] = "caller",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    jsonl: Annotated[
        bool,
        typer.Option(
            "--jsonl",
            help='Read lines {"language","speaker","text"} from standard input, '
            "write one JSON object a line.",
        ),
    ] = False,
) -> None:
    """Name the situations in what was said, with the words that show them."""
    if jsonl:
        _classify_lines(language, speaker)
        return
    if text is None:
        raise typer.BadParameter("Give the text in quotes, or --jsonl to read standard input.")
    tags = _classify(text, language, speaker)
    if as_json:
        sys.stdout.buffer.write(msgspec.json.encode(Result(tags)) + b"\n")
    else:
        _print(tags)


@app.command(name="train")
def train_command(
    folder: Annotated[Path, typer.Argument(help="Folder with labelled sentences.")],
    to: Annotated[Path | None, typer.Option(help="Where the models go.")] = None,
) -> None:
    """Train the models that know situations by likeness (needs the extra `train`)."""
    try:
        from assist.guidance.training import train_all  # noqa: PLC0415
    except ImportError as error:
        raise AssistError(
            f"Training needs {error.name}, which is not installed; install assist[train]."
        ) from None
    for line in train_all(folder, to):
        typer.echo(line)


@playbook_app.command(name="check")
def check_command(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="Folder with tr.toml, en.toml or both; the built-in ones if not given."
        ),
    ] = None,
) -> None:
    """Read playbooks and say what is in them, or what is wrong."""
    console = Console()
    for book in check(folder):
        console.print(
            f"{book.language}: {book.name} {book.edition} ({book.version}), "
            f"{len(book.rules)} rules, no mistakes."
        )


@playbook_app.command(name="test")
def test_command(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Folder with your playbooks; the built-in ones if not given."),
    ] = None,
) -> None:
    """Play the example dialogues beside the playbooks and say where they went otherwise."""
    console = Console(soft_wrap=True, highlight=False)
    failures = 0
    for name, dialogues in rehearsals(folder):
        language, *packs = name.split(".")
        book = load_playbook(language, folder, packs)
        wrong = [failure for one in dialogues for failure in rehearse(one, book)]
        failures += len(wrong)
        for failure in wrong:
            console.print(f"{name}: {failure}", markup=False)
        console.print(f"{name}: {len(dialogues)} dialogues, {len(wrong)} mistakes.")
    if failures:
        raise typer.Exit(1)


def rehearsals(folder: Path | None = None) -> list[tuple[str, tuple[Dialogue, ...]]]:
    """The dialogues by the name of their playbook, as in "tr" or "tr.bank".

    Raises `PlaybookError` if there are none.
    """
    place = (folder or _BUILT_IN) / "dialogues"
    files = sorted(place.iterdir(), key=_name) if place.is_dir() else []
    names = [(file.name.removesuffix(".toml"), file) for file in files]
    found = [
        (name, read_dialogues(file))
        for name, file in names
        if name != file.name and name.split(".")[0] in LANGUAGES
    ]
    if not found:
        wanted = " or ".join(f"{language}.toml" for language in LANGUAGES)
        raise PlaybookError(f"There are no dialogues in {place}; put {wanted} there.")
    return found


def check(folder: Path | None = None) -> list[Playbook]:
    """Check every playbook of a folder; raises `PlaybookError` for the first mistake."""
    place = folder or _BUILT_IN
    found = place.iterdir() if place.is_dir() else ()
    files = sorted((one for one in found if one.name.endswith(".toml")), key=_name)
    if not files:
        names = " or ".join(f"{language}.toml" for language in LANGUAGES)
        raise PlaybookError(f"There is no playbook in {place}; put {names} there.")
    for language in LANGUAGES:
        load_playbook(language, folder)  # with its positive forms
    return [read_playbook(file) for file in files]


def _name(file: Traversable) -> str:
    return file.name


def _classify_lines(language: str, speaker: str) -> None:
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        if not raw.strip():
            continue
        try:
            given = msgspec.json.decode(raw, type=dict[str, object])
            defaults = {"language": language, "speaker": speaker}
            line = msgspec.convert(defaults | given, Line)
            tags = _classify(line.text, line.language, line.speaker)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise AssistError(
                f"Line {number} of the input is not an object with text, language and speaker: "
                f"{error}."
            ) from None
        sys.stdout.buffer.write(msgspec.json.encode(Result(tags)) + b"\n")
        sys.stdout.buffer.flush()


def _classify(text: str, language: str, speaker: str) -> tuple[Tag, ...]:
    if speaker not in _SPEAKERS:
        raise AssistError(f"There is no speaker {speaker!r}; use one of: {', '.join(_SPEAKERS)}.")
    return classify(text, speaker=speaker, language=language)


def _print(tags: tuple[Tag, ...]) -> None:
    console = Console()
    if not tags:
        console.print("No situation found.")
        return
    table = Table("situation", "confidence", "words")
    for tag in tags:
        quotes = ", ".join(f"“{span.text}”" for span in tag.evidence)
        table.add_row(tag.tag, f"{tag.confidence:.2f}", quotes)
    console.print(table)
