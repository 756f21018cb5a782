"""A batch: hands recordings to its processes, writes down what is finished, survives them."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from assist.batch.inputs import Item
from assist.batch.manifest import Entry, Manifest
from assist.batch.worker import Done, Ready, Task
from assist.errors import AssistError, ModelError

COMMAND: Final = (sys.executable, "-m", "assist.batch.worker")
"""How a process is started."""
_ATTEMPTS: Final = 2
"""A recording whose process dies is tried once more, in case something else killed it."""


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
    on_done: Callable[[Entry, Totals], None] = lambda _entry, _totals: None,
    on_skipped: Callable[[Item, Totals], None] = lambda _item, _totals: None,
) -> Totals:
    """Score recordings into `out`; what has been finished there by the same settings stays.

    `workers` is how many processes, one for each core if 0. A recording that cannot be used is
    written down with its reason and stops nothing; neither does a process that dies, which costs
    the recording in its hands one more attempt. Raises `ModelError` when the models cannot be
    loaded, `ConfigError` when the folder cannot be used.
    """
    with Manifest(out) as manifest:
        known = {entry.item.name: (entry.digest, entry.made_by) for entry in manifest}
        tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
        for item in items:
            wanted = [".events.jsonl", *([".srt", ".vtt"] if subtitles else [])]
            there = all((out / f"{item.name}{end}").is_file() for end in wanted)
            mark = known.get(item.name) if there else None
            tasks.put(Task(item, str(out), channels, language, subtitles, mark))
        done: queue.SimpleQueue[tuple[Task, Done] | AssistError] = queue.SimpleQueue()
        count = min(workers or os.cpu_count() or 1, len(items))
        stopping = threading.Event()
        hands = [_Hand(tasks, done, stopping) for _ in range(count)]
        totals = Totals(len(items))
        try:
            for hand in hands:
                hand.start()
            while totals.done < totals.items:
                told = done.get()
                if isinstance(told, AssistError):
                    raise told
                task, result = told
                _count(totals, result)
                if result.skipped:
                    on_skipped(task.item, totals)
                    continue
                entry = Entry(
                    task.item,
                    result.digest,
                    result.made_by,
                    result.error,
                    result.duration,
                    result.took,
                )
                manifest.add(entry)
                on_done(entry, totals)
        finally:
            stopping.set()
            for hand in hands:
                hand.stop()
    return totals


def _count(totals: Totals, result: Done) -> None:
    totals.done += 1
    totals.skipped += result.skipped
    totals.failed += bool(result.error)
    totals.seconds += result.duration


class _Hand(threading.Thread):
    """Keeps one process busy, and starts another when it dies."""

    def __init__(
        self,
        tasks: queue.SimpleQueue[Task],
        done: queue.SimpleQueue[tuple[Task, Done] | AssistError],
        stopping: threading.Event,
    ) -> None:
        super().__init__(daemon=True)
        self._tasks = tasks
        self._done = done
        self._stopping = stopping
        self._process: subprocess.Popen[bytes] | None = None

    def stop(self) -> None:
        """End the process, whatever it does."""
        process = self._process
        if process is not None:
            process.kill()
            process.wait()

    def run(self) -> None:
        """Work until nothing is left."""
        try:
            while not self._stopping.is_set():
                task = self._tasks.get_nowait()
                self._done.put((task, self._scored(task)))
        except queue.Empty:
            return
        except AssistError as error:
            self._done.put(error)
        finally:
            self._quit()

    def _scored(self, task: Task) -> Done:
        for _ in range(_ATTEMPTS):
            process = self._process or self._begun()
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                process.stdin.write(msgspec.json.encode(task) + b"\n")
                process.stdin.flush()
                line = process.stdout.readline()
            except OSError:
                line = b""
            if line:
                return msgspec.json.decode(line, type=Done)
            self._quit()
        sentence = f"{task.item.source} ended the process that read it, {_ATTEMPTS} times."
        return Done(task.item.name, "", "", sentence)

    def _begun(self) -> subprocess.Popen[bytes]:
        """A process with its models loaded; raises `ModelError` when they cannot be."""
        process = subprocess.Popen(  # noqa: S603 - our own module
            COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._process = process
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            raise ModelError("A process of the batch ended before its models were loaded.")
        ready = msgspec.json.decode(line, type=Ready)
        if ready.error:
            raise ModelError(ready.error)
        return process

    def _quit(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
        process.wait()
