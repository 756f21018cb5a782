"""An evaluation as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.table import Column, Table
from rich.text import Text

from assist.batch.evaluate import Evaluation, Found, Situations, Tones, Transcripts, Words
from assist.events import ToneLabel
from assist.store.numbers import Estimate

_CONFUSED: Final = 10


def printed(found: Evaluation, most: int) -> Iterator[Table | str]:
    """Tables and lines; of the calls the `most` with the highest word error rates."""
    if found.words is not None:
        yield from _words(found.words, most)
    if found.tone is not None:
        yield from _tone(found.tone)
    if found.situations is not None:
        yield _situations(found.situations)
    if found.without_result:
        yield f"References without a result: {', '.join(found.without_result)}"
    if found.without_reference:
        yield f"{found.without_reference} results have no reference."


def _words(words: Transcripts, most: int) -> Iterator[Table | str]:
    table = Table(Column("words of", overflow="fold"), "channel", "language", "words", "WER", "CER")
    worst = sorted(words.by_call, key=lambda one: (-(one.wer or 0.0), one.call, one.channel))
    for one in worst[:most]:
        figures = (_percent(one.wer), _percent(one.cer))
        table.add_row(Text(one.call), one.channel, one.language, str(one.words), *figures)
    table.add_section()
    for channel, part in words.by_channel.items():
        table.add_row("", channel, "", *_rates(part))
    for language, part in words.by_language.items():
        table.add_row("", "", language, *_rates(part))
    table.add_row("all", "", "", *_rates(words.all))
    yield table
    if len(worst) > most:
        yield f"The {most} worst of {len(worst)} channels are named; --most names more."
    kinds = words.all
    yield f"{kinds.substituted} words taken for others, {kinds.deleted} missed, " + (
        f"{kinds.inserted} invented"
    )
    pairs = [f"{one.truth} → {one.heard} ({one.count})" for one in words.confused[:_CONFUSED]]
    if pairs:
        yield f"Most often: {', '.join(pairs)}"


def _rates(part: Words) -> tuple[str, str, str]:
    return str(part.words), _interval(part.wer), _interval(part.cer)


def _tone(tone: Tones) -> Iterator[Table | str]:
    answers = [label.value for label in ToneLabel]
    table = Table("tone", "seconds", "recall", *answers)
    for truth, row in tone.confusion.items():
        seconds = sum(row.values())
        cells = [f"{row[answer]:.0f}" for answer in answers]
        table.add_row(truth, f"{seconds:.0f}", _interval(tone.recall[truth]), *cells)
    yield table
    yield (
        f"UAR {_interval(tone.uar)}, where it was sure {_interval(tone.uar_when_sure)}; "
        f"not sure {_interval(tone.unsure)} of {tone.seconds:.0f} s; "
        f"{tone.unjudged:.0f} s that people labelled were not judged"
    )


def _situations(situations: Situations) -> Table:
    table = Table("situation", "precision", "of found", "recall", "of wanted")
    for name, one in situations.by_situation.items():
        table.add_row(name, *_found(one))
    table.add_section()
    table.add_row("all", *_found(situations.all))
    return table


def _found(one: Found) -> tuple[str, str, str, str]:
    return _interval(one.precision), str(one.found), _interval(one.recall), str(one.wanted)


def _interval(one: Estimate) -> str:
    """As in "19.4 % (17.2 to 21.3)"."""
    if one.low is None or one.high is None:
        return _percent(one.value)
    return f"{_percent(one.value)} ({100 * one.low:.1f} to {100 * one.high:.1f})"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"
