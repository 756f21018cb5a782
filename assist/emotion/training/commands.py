"""`assist emotion`: train and evaluate the tone model on labelled recordings."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from assist.config import load_settings

app = typer.Typer(no_args_is_help=True, help="Train and evaluate the tone model.")
_out = Console()


class Protocol(StrEnum):
    """Which clips are left out of training."""

    WITHIN = "within"
    CROSS = "cross"
    ALL = "all"


Seed = Annotated[int, typer.Option(help="Equal seeds give equal weights.")]
Jobs = Annotated[int, typer.Option(min=1, help="Processes that measure and learn.")]
Encoded = Annotated[
    bool,
    typer.Option(
        help="Take what the recogniser's encoder hears, too; such weights need that recogniser."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print all figures as JSON.")]


@app.command()
def train(
    manifests: Annotated[list[Path], typer.Argument(help="CSV or JSON-lines manifests.")],
    *,
    out: Annotated[Path, typer.Option(help="Weights to write.")] = Path("models/tone.onnx"),
    protocol: Annotated[
        Protocol,
        typer.Option(
            help="within: leave speakers out; cross: leave a corpus out; "
            "all: both, then write weights trained on everything and their card."
        ),
    ] = Protocol.ALL,
    encoder: Encoded = True,
    seed: Seed = 0,
    jobs: Jobs = 1,
    as_json: AsJson = False,
) -> None:
    """Train on labelled recordings; speakers are never in training and evaluation at once."""
    from assist.emotion.training.train import train as run  # noqa: PLC0415 - loads SciPy

    figures = run(
        manifests,
        out,
        seed=seed,
        protocol=protocol,
        folder=_folder(),
        jobs=jobs,
        encoded=encoder,
    )
    if as_json:
        typer.echo(json.dumps(figures))
        return
    for name, report in figures.items():
        _show(name, report)
    if protocol is Protocol.ALL:
        typer.echo(f"Wrote {out} and {out.with_suffix('.md')}.")


@app.command()
def evaluate(
    manifest: Annotated[Path, typer.Argument(help="CSV or JSON-lines manifest.")],
    *,
    model: Annotated[
        Path | None, typer.Option(help="Weights; the project's own by default.")
    ] = None,
    protocol: Annotated[
        Protocol | None,
        typer.Option(help="Instead of weights: train by this protocol (within or cross)."),
    ] = None,
    baseline: Annotated[
        int, typer.Option(min=0, help="Neutral clips of each speaker that set the baseline.")
    ] = 0,
    card: Annotated[Path | None, typer.Option(help="Model card to write the tables to.")] = None,
    seed: Seed = 0,
    jobs: Jobs = 1,
    as_json: AsJson = False,
) -> None:
    """Print UAR, accuracy, confusion and calibration, clean and through a telephone."""
    from assist.emotion.training.card import model_tables, update_card  # noqa: PLC0415
    from assist.emotion.training.evaluation import evaluate as run  # noqa: PLC0415 - loads SciPy
    from assist.models import tone_model_paths  # noqa: PLC0415

    if protocol is Protocol.ALL:
        raise typer.BadParameter("evaluate takes within or cross.", param_hint="--protocol")
    weights = model
    if weights is None and protocol is None:
        weights = tone_model_paths(load_settings().models)[0]
    report = run(
        manifest,
        model=weights,
        protocol=protocol,
        baseline=baseline,
        seed=seed,
        folder=_folder(),
        jobs=jobs,
    )
    if card is not None:
        update_card(card, f"baseline of {baseline}", model_tables(report))
    if as_json:
        typer.echo(json.dumps(report))
        return
    _show(str(weights or protocol), report)
    if report.get("seen_in_training"):
        seen = ", ".join(report["seen_in_training"])
        typer.echo(
            f"These weights were trained on {seen}: the figures above are not unseen speech."
        )


@app.command()
def untrained(
    *,
    out: Annotated[Path, typer.Option(help="Weights to write.")] = Path(
        "models/tone_untrained.onnx"
    ),
) -> None:
    """Write the weights that nobody trained: rules of loudness, pitch, pace and timbre."""
    from assist.emotion.training.untrained import write_untrained  # noqa: PLC0415 - loads ONNX

    write_untrained(out)
    typer.echo(f"Wrote {out}.")


@app.command()
def sequences(
    manifests: Annotated[list[Path], typer.Argument(help="CSV or JSON-lines manifests.")],
    *,
    card: Annotated[Path | None, typer.Option(help="Model card to write the table to.")] = None,
    encoder: Encoded = True,
    seed: Seed = 0,
    jobs: Jobs = 1,
    as_json: AsJson = False,
) -> None:
    """Build calls that turn from calm to angry and print how soon that is noticed."""
    from assist.emotion.training.card import sequence_table, update_card  # noqa: PLC0415
    from assist.emotion.training.sequences import turning_points  # noqa: PLC0415 - loads SciPy

    figures = turning_points(manifests, seed=seed, folder=_folder(), jobs=jobs, encoded=encoder)
    typer.echo(json.dumps(figures) if as_json else sequence_table(figures))
    if card is not None:
        update_card(card, "sequences", sequence_table(figures))


def _folder() -> Path:
    return load_settings().models.directory / "training"


def _show(name: str, report: dict[str, Any]) -> None:
    table = Table(title=f"{name}, baseline {report['baseline']}", title_justify="left")
    for column in ("", "n", "UAR", "accuracy", "ECE", "telephone UAR", "unchanged", "ECE"):
        table.add_column(column, justify="left" if not column else "right")
    for group in ("corpora", "languages", "genders"):
        for part, figures in report[group].items():
            line = figures["telephone"]
            table.add_row(
                part,
                str(figures["n"]),
                f"{100 * figures['uar']:.1f}",
                f"{100 * figures['weighted_accuracy']:.1f}",
                f"{figures['ece']:.3f}",
                f"{100 * line['uar']:.1f}",
                f"{100 * line['unchanged']:.0f} %",
                f"{line['ece']:.3f}",
            )
        table.add_section()
    _out.print(table)
    for corpus, figures in report["corpora"].items():
        _out.print(f"{corpus}, rows are truth (angry, happy, sad, neutral): {figures['confusion']}")
    if report["left_out"]:
        counted = ", ".join(f"{label} {count}" for label, count in report["left_out"].items())
        _out.print(f"Left out, other labels: {counted}.")
