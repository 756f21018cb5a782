"""`assist score`: recordings in, results out; and what differs between two results."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from typer.core import TyperGroup

from assist.batch.inputs import Item
from assist.batch.manifest import FILE, Entry, Manifest
from assist.config import load_settings
from assist.errors import ConfigError

_SOME_FAILED = 3
_SOUND = 5.0
"""Megabytes; the twenty moments of a report take one or two."""
_out = Console()
_err = Console(stderr=True)


class _PathsOrCommand(TyperGroup):
    """What is no command is a recording: `assist score call.wav` and `assist score compare A B`."""

    default = "recordings"

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """As usual, with the command for recordings where none is named."""
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h"):
            args = [self.default, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_PathsOrCommand,
    no_args_is_help=True,
    help="Score recordings offline: `assist score PATH… --out DIR`.",
)


@app.command("recordings")
def recordings(
    out: Annotated[Path, typer.Option(help="Folder for the results.")],
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="Recordings, folders, globs, or addresses such as s3://bucket/calls."),
    ] = None,
    listed: Annotated[
        Path | None, typer.Option("--list", help="A file with one of these a line.")
    ] = None,
    metadata: Annotated[
        Path | None,
        typer.Option(
            help="A CSV file with the column file and any of agent, customer, started_at, "
            "channels, language."
        ),
    ] = None,
    pattern: Annotated[
        str, typer.Option(help="A regular expression of file names with groups of these names.")
    ] = "",
    channels: Annotated[
        str,
        typer.Option(
            help="Roles of the channels in order, as in agent,caller, which two are by default; "
            "detect finds them out by the words."
        ),
    ] = "",
    language: Annotated[
        str | None, typer.Option(help="tr, en or auto; the setting by default.")
    ] = None,
    workers: Annotated[
        int, typer.Option(min=0, help="Processes of this machine; 0 is one for each core.")
    ] = 0,
    cluster: Annotated[
        str,
        typer.Option(
            help="A Dask scheduler, as in tcp://host:8786; its workers score in place of this "
            "machine."
        ),
    ] = "",
    subtitles: Annotated[
        bool, typer.Option(help="Write the words as SRT and WebVTT, too.")
    ] = False,
    tables: Annotated[bool, typer.Option(help="Write Parquet tables of all results.")] = True,
    store: Annotated[
        bool,
        typer.Option(help="Put calls that are not in the database into it; no server may have it."),
    ] = False,
    report: Annotated[
        bool, typer.Option(help="Write report.html, a page about all results, from the tables.")
    ] = True,
    report_language: Annotated[
        str, typer.Option(help="tr or en; by default the language that most calls are in.")
    ] = "",
    report_sound: Annotated[
        float, typer.Option(min=0, help="Megabytes of sound in the report at most.")
    ] = _SOUND,
    quiet: Annotated[bool, typer.Option(help="Say only what went wrong.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line for each recording.")
    ] = False,
) -> None:
    """Score recordings; what is finished in the folder already stays, unless settings changed."""
    from assist.batch.inputs import find
    from assist.batch.keep import keep
    from assist.batch.score import Totals, score
    from assist.batch.tables import write_tables

    _check_language("--report-language", report_language)
    if cluster and workers:
        raise ConfigError(
            "--workers is for this machine; with --cluster, every worker that joins it scores."
        )
    items = find(paths or [], listed=listed, metadata=metadata, pattern=pattern)
    if not items:
        raise ConfigError("There is nothing to score; name recordings, a folder or a --list.")
    told = _Teller(len(items), out, quiet=quiet, as_json=as_json)
    with told:
        totals: Totals = score(
            items,
            out,
            channels=channels,
            language=language or load_settings().speech.language,
            subtitles=subtitles,
            workers=workers,
            cluster=cluster,
            on_waiting=told.waiting,
            on_done=told.done,
            on_skipped=told.skipped,
        )
    with Manifest(out) as manifest:
        if tables:
            write_tables(manifest)
        if store:
            kept = asyncio.run(keep(load_settings(), manifest))
            if told.lines:
                _out.print(f"{kept} calls put into the database.")
        if tables and report:
            _write_report(manifest, report_language, report_sound)
    if not (quiet or as_json) and len(items) > 1:
        _out.print(
            f"{totals.done - totals.skipped - totals.failed} scored, {totals.skipped} as before, "
            f"{totals.failed} could not be used; results in {out}",
            soft_wrap=True,
        )
    if totals.failed:
        raise typer.Exit(_SOME_FAILED)


class _Teller:
    """Says how far a batch is: a bar in a terminal, lines elsewhere, JSON or nothing if wanted."""

    def __init__(self, count: int, out: Path, *, quiet: bool, as_json: bool) -> None:
        self._out_folder = out
        self.lines = not (quiet or as_json)
        self._json = as_json
        self._bar: Progress | None = None
        if self.lines and _out.is_terminal and count > 1:
            self._bar = Progress(
                BarColumn(),
                TextColumn("{task.completed}/{task.total}"),
                TextColumn("{task.fields[rate]}"),
                TimeRemainingColumn(),
                TextColumn("[red]{task.fields[failed]}"),
                console=_out,
            )
            self._task = self._bar.add_task("score", total=count, rate="", failed="")

    def __enter__(self) -> _Teller:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def done(self, entry: Entry, totals: Any) -> None:
        if self._json:
            _out.print(
                msgspec.json.encode(entry).decode(), markup=False, highlight=False, soft_wrap=True
            )
        elif entry.error:
            _err.print(entry.error, style="red", markup=False, soft_wrap=True)
        elif self.lines and self._bar is None:
            target = self._out_folder / f"{entry.item.name}.events.jsonl"
            _out.print(f"{entry.item.source} → {target}", markup=False, soft_wrap=True)
        self._advance(totals)

    def skipped(self, item: Item, totals: Any) -> None:
        if self.lines and self._bar is None:
            _out.print(f"{item.source}: as before", markup=False, soft_wrap=True)
        self._advance(totals)

    def waiting(self, sentence: str) -> None:
        _err.print(sentence, markup=False, soft_wrap=True)

    def _advance(self, totals: Any) -> None:
        if self._bar is None:
            return
        elapsed = self._bar.tasks[0].elapsed or 0.0
        rate = f"{totals.seconds / elapsed:.1f}× real time" if elapsed > 1 else ""
        failed = f"{totals.failed} could not be used" if totals.failed else ""
        self._bar.update(self._task, completed=totals.done, rate=rate, failed=failed)


@app.command("report")
def report_again(
    folder: Annotated[Path, typer.Argument(help="A folder of results.")],
    language: Annotated[
        str, typer.Option(help="tr or en; by default the language that most calls are in.")
    ] = "",
    sound: Annotated[
        float, typer.Option(min=0, help="Megabytes of sound in the report at most.")
    ] = _SOUND,
) -> None:
    """Write the report on results anew, without scoring anything."""
    _check_language("--language", language)
    if not (folder / FILE).is_file():
        raise ConfigError(
            f"{folder} has no results; name a folder that `assist score` has written to."
        )
    with Manifest(folder) as manifest:
        path = _write_report(manifest, language, sound)
    _out.print(str(path), markup=False, highlight=False, soft_wrap=True)


def _write_report(manifest: Manifest, language: str, sound: float) -> Path:
    from assist.batch.report import write_report

    return write_report(manifest, language, sound)


def _check_language(option: str, language: str) -> None:
    if language not in ("", "tr", "en"):
        raise ConfigError(f"{option} is {language!r}; use tr or en.")


@app.command("compare")
def compare_results(
    before: Annotated[Path, typer.Argument(help="A folder of results.")],
    after: Annotated[Path, typer.Argument(help="Another, of the same recordings.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line for each recording.")
    ] = False,
) -> None:
    """What differs between two results of the same recordings, and where."""
    from assist.batch.tables import events_of
    from assist.run.compare import compare

    old, new = _results(before), _results(after)
    both = sorted(old & new)
    if not both:
        raise ConfigError(f"{before} and {after} have no recording in common.")
    table = Table("recording", "words", "tone", "what flipped")
    for name in both:
        found = compare(events_of(before, name), events_of(after, name))
        if as_json:
            line = msgspec.json.encode({"name": name, **msgspec.to_builtins(found)}).decode()
            _out.print(line, markup=False, highlight=False, soft_wrap=True)
            continue
        kinds = Counter(change.kind for change in found.changes)
        flipped = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
        table.add_row(name, f"{found.words:.1%}", f"{found.tone:.1%}", flipped or "nothing")
    if not as_json:
        _out.print(table)
        for folder, alone in ((before, len(old - new)), (after, len(new - old))):
            if alone:
                _out.print(f"{alone} recordings are only in {folder}", markup=False)


@app.command("evaluate")
def evaluate_results(
    results: Annotated[Path, typer.Argument(help="A folder of results.")],
    references: Annotated[
        list[Path],
        typer.Option(
            help="What was really said, felt and meant: a .csv or .jsonl file, a folder of "
            "`assist db labels`, or the .json files beside recordings; may be given several times."
        ),
    ],
    digits: Annotated[
        bool, typer.Option(help="Compare numbers by value: “two hundred” is “200”.")
    ] = False,
    tolerance: Annotated[
        float, typer.Option(min=0, help="Seconds by which the time of a situation may be off.")
    ] = 2.0,
    most: Annotated[int, typer.Option(min=0, help="Channels of calls that are named.")] = 20,
    as_json: Annotated[
        bool, typer.Option("--json", help="All figures as one JSON object.")
    ] = False,
) -> None:
    """How good results are: words, tone and situations against references by people."""
    from assist.batch.evaluate import evaluate
    from assist.batch.printed import printed
    from assist.batch.references import read_references

    rows = read_references(references)
    found = evaluate(results, _results(results), rows, digits=digits, tolerance=tolerance)
    if as_json:
        _out.print(
            msgspec.json.encode(found).decode(), markup=False, highlight=False, soft_wrap=True
        )
    else:
        for part in printed(found, most):
            _out.print(part, highlight=False, markup=False, soft_wrap=isinstance(part, str))
    if found.without_result:
        raise typer.Exit(_SOME_FAILED)


def _results(folder: Path) -> set[str]:
    end = ".events.jsonl"
    return {
        path.relative_to(folder).as_posix().removesuffix(end) for path in folder.rglob(f"*{end}")
    }
