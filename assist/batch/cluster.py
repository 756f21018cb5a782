"""Having recordings scored by the workers of a Dask cluster, one at a time in each.

A worker reads recordings where this machine does, under the same path or address. What it finds
comes back as the answer to its task, so that this machine alone writes, and a recording that two
workers have scored, because one of them was thought dead, is still written once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec
from distributed import Client, Future, Security, get_worker
from distributed.client import FutureCancelledError
from distributed.comm import connect
from distributed.scheduler import KilledWorker

from assist import __version__
from assist.batch.manifest import what_counts
from assist.batch.worker import Done, Scorer, Task, book_versions
from assist.config import Settings, load_settings
from assist.errors import AssistError, ClusterError, ModelError
from assist.guidance.shelf import Shelf

_LOOK: Final = 1.0
"""Seconds after which it is looked again who has joined or left."""


class Order(msgspec.Struct, frozen=True):
    """What the tasks of a run have in common.

    `settings` are those that a result depends on, as JSON; `books` are the playbooks' versions;
    `folder` is where relative paths begin.
    """

    version: str
    settings: str
    books: str
    folder: str


# On a worker

_scorers: dict[Order, Scorer] = {}


def scored(order: Order, task: Task, seen: str) -> tuple[str, Done]:
    """The name of this machine, and what became of a recording.

    `seen` is a recording that must be here, too, or empty. Raises an `AssistError` when this
    worker cannot take part in the run.
    """
    host = socket.gethostname()
    there = Path(order.folder).is_dir()
    try:
        with contextlib.chdir(order.folder) if there else contextlib.nullcontext():
            _fit(order, seen)
            return host, _scorer(order).score(task)
    except AssistError as error:
        raise type(error)(f"On {host}: {error}") from None


def _fit(order: Order, seen: str) -> None:
    if get_worker().state.nthreads != 1:
        raise ClusterError("A worker must do one thing at a time; start it with --nthreads 1.")
    if order.version != __version__:
        raise ClusterError(
            f"The worker has version {__version__}, this run {order.version}; use one for both."
        )
    if seen and not Path(seen).exists():
        raise ClusterError(
            f"{seen} is not there; mount the recordings on every worker under the same path, "
            "or name them by an address such as s3://bucket/calls."
        )


def _scorer(order: Order) -> Scorer:
    """The models, loaded once for all runs of the same order."""
    if order not in _scorers:
        _scorers.clear()  # never the models of two at a time
        scorer = Scorer(_settings(order))
        if scorer.books != order.books:
            raise ClusterError(
                f"The playbooks are {scorer.books}, those of the run {order.books}; put the files "
                "of guidance.playbooks on every worker under the same path."
            )
        _scorers[order] = scorer
    return _scorers[order]


def _settings(order: Order) -> Settings:
    """The settings of the run; only where the models lie is a matter of each machine."""
    groups: dict[str, dict[str, Any]] = msgspec.json.decode(order.settings)
    groups["models"]["directory"] = load_settings().models.directory
    return Settings(**groups)  # type: ignore[arg-type]


# Where the run is


async def _reached(address: str) -> None:
    """Raise what is wrong with an address; a client that fails does not go without a word."""
    comm = await connect(address, **Security().get_connection_args("client"))
    await comm.close()


class Cluster:
    """The workers that have joined a scheduler, now or later. Raises `ClusterError`.

    `say` is told in a sentence when there are none to wait for.
    """

    def __init__(self, address: str, settings: Settings, say: Callable[[str], None]) -> None:
        guidance = settings.guidance
        books = Shelf(settings.speech.languages, guidance.playbooks, guidance.packs).take()
        self._order = Order(
            __version__, what_counts(settings), book_versions(books), str(Path.cwd())
        )
        self._address = address
        self._say = say
        self._client: Client | None = None
        self._tasks: dict[str, tuple[Task, Future]] = {}
        self._done: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._seen = ""
        self._same = ("", "")
        self._workers = 1
        self._looked = 0.0

    def __enter__(self) -> Cluster:
        # It says by an error what this would say once more in its log.
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
        try:
            asyncio.run(_reached(self._address))
            self._client = Client(self._address, set_as_default=False)
        except Exception as error:  # noqa: BLE001 - whatever an address makes it raise
            reason = str(error).partition("\n")[0].rstrip(".")
            raise ClusterError(
                f"The cluster at {self._address} cannot be reached: {reason}. Name its scheduler "
                "as in tcp://host:8786, and see that it is running."
            ) from None
        self._look()
        return self

    def __exit__(self, *_: object) -> None:
        if self._client is not None:
            self._client.close()

    @property
    def wanted(self) -> int:
        """One for each worker: what waits on a worker that dies would be blamed for it, too."""
        return max(self._workers, 1)

    def give(self, task: Task) -> None:
        """Have a recording scored."""
        assert self._client is not None
        source = Path(task.item.source)
        if not (self._seen or task.item.remote) and source.is_file():
            self._seen = str(source.absolute())
        future = self._client.submit(scored, self._order, task, self._seen, pure=False)
        self._tasks[future.key] = (task, future)
        future.add_done_callback(lambda done: self._done.put(done.key))

    def take(self) -> tuple[Task, Done] | None:
        """What became of one of those given, or None after a moment.

        Raises `ClusterError` when the scheduler is lost, and what a worker says that cannot
        take part.
        """
        if time.monotonic() - self._looked > _LOOK:
            self._look()
        try:
            key = self._done.get(timeout=_LOOK)
        except queue.Empty:
            return None
        task, future = self._tasks.pop(key)
        try:
            host, done = future.result()
        except KilledWorker as error:
            return task, Done.killed(task, error.allowed_failures + 1)
        except FutureCancelledError:
            raise self._lost() from None
        except AssistError:
            raise
        except Exception as error:
            raise ClusterError(
                f"A worker of {self._address} cannot take part: {error!r}. All of them need the "
                "same version of assist as this machine."
            ) from error
        finally:
            future.release()
        self._compare(host, done.made_by)
        return task, done

    def _look(self) -> None:
        assert self._client is not None
        try:
            count = len(self._client.nthreads())
        except (OSError, ValueError, RuntimeError):
            raise self._lost() from None
        if not count and (self._workers or not self._looked):
            self._say(f"No worker has joined {self._address}; waiting for one.")
        self._workers = count
        self._looked = time.monotonic()

    def _lost(self) -> ClusterError:
        return ClusterError(
            f"The connection to the cluster at {self._address} was lost; start again, and what is "
            "finished stays."
        )

    def _compare(self, host: str, made_by: str) -> None:
        """Raise `ModelError` unless all workers score alike."""
        first, same = self._same
        if not first:
            self._same = (host, made_by)
        elif made_by != same:
            raise ModelError(
                f"{first} and {host} have different models; use the same on all workers."
            )
