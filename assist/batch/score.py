"""A batch: has recordings scored, writes what was found, and writes down what is finished."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import msgspec

from assist.batch.inputs import Item
from assist.batch.manifest import Entry, Manifest
from assist.batch.processes import Processes
from assist.batch.worker import Done, Task
from assist.config import load_settings
from assist.errors import ConfigError


class Workforce(Protocol):
    """Those who score: each recording that is given comes back once, in any order."""

    @property
    def wanted(self) -> int:
        """How many recordings they should have in hand; at least one, and it may change."""

    def give(self, task: Task) -> None:
        """Have a recording scored."""

    def take(self) -> tuple[Task, Done] | None:
        """What became of one, or None when it is time to look at `wanted` again."""


class Totals(msgspec.Struct):
    """How far a batch is; `seconds` is the sound scored in this run."""

    items: int
    done: int = 0
    skipped: int = 0
    failed: int = 0
    seconds: float = 0.0


def score(
    items: Sequence[Item],
    out: Path,
    *,
    channels: str = "",
    language: str = "auto",
    subtitles: bool = False,
    workers: int = 0,
    cluster: str = "",
    on_waiting: Callable[[str], None] = lambda _sentence: None,
    on_done: Callable[[Entry, Totals], None] = lambda _entry, _totals: None,
    on_skipped: Callable[[Item, Totals], None] = lambda _item, _totals: None,
) -> Totals:
    """Score recordings into `out`; what has been finished there by the same settings stays.

    `workers` is how many processes, one for each core if 0; `cluster` is the address of a Dask
    scheduler whose workers score in their place, and `on_waiting` is told when it has none. A
    recording that cannot be used is written down with its reason and stops nothing; neither does
    a process that dies, which costs the recording in its hands one more attempt. Raises
    `ModelError` when the models cannot be loaded, `ConfigError` when the folder cannot be used,
    `ClusterError` for the cluster.
    """
    totals = Totals(len(items))
    hands: AbstractContextManager[Workforce]
    if cluster:
        hands = _cluster(cluster, on_waiting)
    else:
        hands = Processes(min(workers or os.cpu_count() or 1, len(items)))
    with Manifest(out) as manifest, hands as workforce:
        tasks = _tasks(items, manifest, channels, language, subtitles)
        for task, result in _answers(workforce, tasks):
            done = _written(out, result)
            _count(totals, done)
            if done.skipped:
                on_skipped(task.item, totals)
                continue
            entry = Entry(
                task.item,
                done.digest,
                done.made_by,
                done.error,
                done.duration,
                done.took,
                done.channels,
            )
            manifest.add(entry)
            on_done(entry, totals)
    return totals


def _cluster(address: str, say: Callable[[str], None]) -> AbstractContextManager[Workforce]:
    if find_spec("distributed") is None:
        raise ConfigError(
            "A cluster needs the library distributed; install it with pip install assist[cluster]."
        )
    from assist.batch.cluster import Cluster  # noqa: PLC0415 - it needs that library

    return Cluster(address, load_settings(), say)


def _tasks(
    items: Sequence[Item], manifest: Manifest, channels: str, language: str, subtitles: bool
) -> Iterator[Task]:
    wanted = [".events.jsonl", *([".srt", ".vtt"] if subtitles else [])]
    for item in items:
        entry = manifest.entry(item.name)
        there = all((manifest.folder / f"{item.name}{end}").is_file() for end in wanted)
        known = (entry.digest, entry.made_by) if entry is not None and there else None
        yield Task(item, channels, language, subtitles, known)


def _answers(workforce: Workforce, tasks: Iterator[Task]) -> Iterator[tuple[Task, Done]]:
    """What became of each; never more in hand than wanted, however many there are."""
    in_hand = 0
    answer = None
    waiting = next(tasks, None)
    while True:
        while waiting is not None and in_hand < workforce.wanted:
            workforce.give(waiting)
            in_hand += 1
            waiting = next(tasks, None)
        if answer is not None:
            yield answer  # now that nobody who scores has to wait until it is written
        if not in_hand:
            return
        answer = workforce.take()
        in_hand -= answer is not None


def _written(out: Path, done: Done) -> Done:
    """Each file whole or not at all, in their order; what cannot be written fails this one."""
    for relative, content in done.files.items():
        path = out / relative
        draft = path.with_name(path.name + ".part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(content)
            draft.replace(path)
        except OSError as error:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            sentence = f"{path} cannot be written: {error.strerror}."
            return Done(done.name, done.digest, done.made_by, sentence)
    return done


def _count(totals: Totals, result: Done) -> None:
    totals.done += 1
    totals.skipped += result.skipped
    totals.failed += bool(result.error)
    totals.seconds += result.duration
