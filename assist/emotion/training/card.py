"""The figures of a model card, written by command between two markers and nowhere else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Final

from assist.emotion.training.dataset import CLASSES
from assist.emotion.training.evaluation import Measured

_TITLES: Final = {
    "within/0": "within the corpus, speakers left out",
    "within/3": "within the corpus, speakers left out, baseline of 3 neutral clips",
    "cross/0": "cross corpus: nothing of that corpus in training",
    "cross/3": "cross corpus, baseline of 3 neutral clips",
    "model/0": "these weights",
    "model/3": "these weights, baseline of 3 neutral clips",
}


def update_card(card: Path, section: str, content: str) -> None:
    """Write `content` into `card` between the markers of `section`; adds what is missing."""
    begin = f"<!-- {section}: written by `assist emotion`, do not edit -->"
    end = f"<!-- end of {section} -->"
    text = card.read_text("utf-8") if card.is_file() else f"# {card.stem}\n"
    if begin not in text or end not in text:
        text = f"{text.rstrip()}\n\n{begin}\n{end}\n"
    before, rest = text.split(begin, 1)
    after = rest.split(end, 1)[1]
    card.write_text(f"{before}{begin}\n\n{content}\n{end}{after}", "utf-8")


def sequence_table(figures: dict[str, Any]) -> str:
    """Markdown of `sequences.turning_points`."""
    lines = [
        "| Corpus left out | calls that turn angry | found within 6 s % | found at all % "
        "| median s | calm calls: windows called angry or sad % "
        "| without a baseline: found within 6 s % | calm windows called angry or sad % "
        "| angry from the first word: found within 6 s % | with the voice of an earlier call % |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for corpus, part in figures.items():
        bare, again = part["without"], part["next_call"]
        median = "–" if part["median"] is None else f"{part['median']:.1f}"
        lines.append(
            f"| {corpus} | {part['n']} | {100 * part['soon']:.0f} | {100 * part['ever']:.0f} "
            f"| {median} | {100 * part['calm_negative']:.1f} "
            f"| {100 * bare['soon']:.0f} | {100 * bare['calm_negative']:.1f} "
            f"| {100 * again['first']:.0f} | {100 * again['remembered']:.0f} |"
        )
    return "\n".join(lines) + "\n"


def model_tables(report: dict[str, Any]) -> str:
    """Markdown of `evaluation.evaluate` of given weights, by corpus and by gender."""
    figures = {f"model/{report['baseline']}": report}
    groups = (("Corpus", "corpora"), ("Gender", "genders"))
    parts = [_figure_table(title, group, figures) for title, group in groups]
    return "\n".join([*parts, _confusions(figures)])


def tables(figures: dict[str, Any], measured: Measured) -> str:
    """Markdown of the training data and of UAR, telephone, calibration by corpus."""
    parts = [_data_table(measured)]
    corpora = {clip.corpus for clip in measured.clips}
    spoken = {(clip.corpus, clip.language) for clip in measured.clips}
    groups = [("Corpus", "corpora"), ("Language", "languages"), ("Gender", "genders")]
    if len(spoken) == len(corpora) == len({language for _, language in spoken}):
        del groups[1]  # each corpus is a language of its own: the same figures twice
    parts += [_figure_table(title, group, figures) for title, group in groups]
    parts.append(_confusions(figures))
    return "\n".join(parts)


def _data_table(measured: Measured) -> str:
    counts = Counter((clip.corpus, CLASSES[clip.label]) for clip in measured.clips)
    speakers = {(clip.corpus, clip.speaker) for clip in measured.clips}
    lines = [
        f"| Corpus | language | speakers | {' | '.join(CLASSES)} |",
        "|---|---|---|" + "---|" * len(CLASSES),
    ]
    for corpus in sorted({clip.corpus for clip in measured.clips}):
        language = ", ".join(sorted({c.language for c in measured.clips if c.corpus == corpus}))
        people = sum(name == corpus for name, _ in speakers)
        numbers = " | ".join(str(counts[corpus, name]) for name in CLASSES)
        lines.append(f"| {corpus} | {language} | {people} | {numbers} |")
    left_out = ", ".join(f"{name} {n}" for name, n in sorted(measured.left_out.items()))
    return "\n".join(lines) + f"\n\nLabels left out: {left_out or 'none'}.\n"


def _figure_table(title: str, group: str, figures: dict[str, Any]) -> str:
    lines = [
        f"| {title} | protocol | UAR % | by telephone | unchanged % | weighted accuracy % "
        "| calibration error | by telephone | UAR % of the surest 60 % |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    names = sorted({name for report in figures.values() for name in report[group]})
    for name in names:
        for key, report in figures.items():
            part = report[group].get(name)
            if part is None:
                continue
            line = part["telephone"]
            cells = [
                f"{100 * part['uar']:.1f}",
                f"{100 * line['uar']:.1f}",
                f"{100 * line['unchanged']:.0f}",
                f"{100 * part['weighted_accuracy']:.1f}",
                f"{part['ece']:.3f}",
                f"{line['ece']:.3f}",
                f"{100 * part['selective_uar']['0.6']:.1f}",
            ]
            lines.append(f"| {name} | {_TITLES.get(key, key)} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _confusions(figures: dict[str, Any]) -> str:
    """Recall of each class, where errors differ most between protocols."""
    lines = [
        f"| Corpus | protocol | {' | '.join(f'recall of {name} %' for name in CLASSES)} |",
        "|---|---|" + "---|" * len(CLASSES),
    ]
    for key, report in figures.items():
        for name, part in report["corpora"].items():
            recalls = part["telephone"]["recall"]
            cells = [f"{100 * recalls[c]:.0f}" if c in recalls else "–" for c in CLASSES]
            lines.append(f"| {name} | {_TITLES.get(key, key)}, telephone | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
