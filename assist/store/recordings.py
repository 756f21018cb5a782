"""Recordings: written while calls run, kept in a folder or on S3, read back in parts.

One thread writes all running calls into the spool, a folder on a local disk; another takes what
is finished to its place. What a crash leaves in the spool is taken there at the next start. A
disk that takes no more ends recordings, never calls.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote

import av
import fsspec
import numpy as np
import structlog
from numpy.typing import NDArray
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from assist.audio.frames import AudioFrame, CallInfo
from assist.config import RecordingSettings, Settings
from assist.errors import ConfigError
from assist.store.take import PEAKS_A_SECOND, Take, mend, peaks_beside

_STEP: Final = 0.25
"""Seconds between two looks for audio."""
_SYNC: Final = 1.0
_RETRY: Final = 60.0
"""Seconds until a recording that could not be taken to its place is tried again."""
_PART: Final = 1 << 18
"""Bytes that are read at a time."""
_MARGIN: Final = 1.0
"""Seconds of skew beyond that of the session, because frames are handed on joined."""
_QUIET_LETTERS: Final = ":@+=~"

_log = structlog.get_logger("assist.recordings")


class RecordedCall:
    """A running call's recording: takes frames on the event loop, gives them to the thread."""

    def __init__(self, name: str, take: Take, info: CallInfo, *, live: bool, limit: float) -> None:
        self.name = name
        self.call_id = info.call_id
        self.take = take
        self.ended = False
        self.given_up = False
        self._info = info
        self._live = live
        self._limit = limit
        self._frames: deque[AudioFrame] = deque()
        self._seconds = 0.0
        self._lock = threading.Lock()
        self._left_out = False

    async def put(self, frame: AudioFrame) -> None:
        """Take a frame; of a file, wait while there are too many."""
        if self.given_up:
            return
        leg = self._info.legs[frame.leg]
        length = len(frame.data) / leg.frame_bytes / leg.rate
        while self._seconds > self._limit * len(self._info.legs) and not self.given_up:
            if self._live:
                if not self._left_out:
                    _log.error("recording behind, sound left out", call_id=self.call_id)
                self._left_out = True
                return
            await asyncio.sleep(_STEP)
        with self._lock:
            self._frames.append(frame)
            self._seconds += length

    def end(self) -> None:
        """Nothing more comes."""
        self.ended = True

    def taken(self) -> list[AudioFrame]:
        """What has come since the last time."""
        with self._lock:
            frames = list(self._frames)
            self._frames.clear()
            self._seconds = 0.0
        return frames


class Recordings:
    """All recordings of a server. Everything but `read` is called from the event loop.

    Raises `ConfigError` when the settings name a place that cannot be used.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings.recordings
        beside = _beside(settings.store.url)
        self._max_skew = settings.speech.max_skew + _MARGIN
        self._spool = self._settings.spool or beside / "recording"
        self._url = self._settings.url or str(beside / "recordings")
        self._remote, self._root = _place(self._settings, self._url)
        self._running: list[RecordedCall] = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recordings", daemon=True)
        self._keeper = ThreadPoolExecutor(1, "recordings-keeper")
        self._waiting: dict[str, float] = {}

    def start(self) -> None:
        """Start the threads, and take over what a crash has left in the spool."""
        self._thread.start()
        if self._spool.is_dir():
            for path in sorted(self._spool.iterdir()):
                if path.suffix in (".flac", ".opus"):
                    self._keeper.submit(self._keep, _name(path), cut_off=True)

    async def begin(
        self, info: CallInfo, started_at: datetime, *, live: bool
    ) -> RecordedCall | None:
        """Begin to record a call; None when it must not or cannot be, which is logged."""
        if not (self._settings.enabled and info.consent):
            return None
        name = f"{started_at.astimezone(UTC):%Y/%m/%d}/{info.call_id}.{self._settings.format}"
        try:
            take = await asyncio.to_thread(self._take, name, info)
        except (OSError, av.FFmpegError) as error:
            _log.error("call not recorded", call_id=info.call_id, reason=str(error))
            return None
        recorded = RecordedCall(name, take, info, live=live, limit=self._settings.backlog)
        with self._lock:
            self._running.append(recorded)
        return recorded

    async def close(self) -> None:
        """Finish what runs and take it to its place; what cannot be taken there stays."""
        with self._lock:
            for recorded in self._running:
                recorded.end()
        self._stopping.set()
        if self._thread.is_alive():
            await asyncio.to_thread(self._thread.join)
        await asyncio.to_thread(self._keeper.shutdown)

    async def size(self, name: str) -> int | None:
        """Bytes of a recording, so far if its call runs; None when it is not there (any more)."""
        return await asyncio.to_thread(self.length, name)

    def read(self, name: str, start: int, end: int) -> Iterator[bytes]:
        """The bytes from `start` up to `end`, in parts. Reads in whatever thread asks."""
        filesystem, path = self._located(name)
        with filesystem.open(path, "rb", block_size=_PART) as file:
            file.seek(start)
            while start < end and (part := file.read(min(_PART, end - start))):
                start += len(part)
                yield part

    async def peaks(self, name: str, channels: int, per_second: int) -> NDArray[np.float64] | None:
        """How loud a recording is: (channels, n) of 0…1, the loudest sample of each step.

        `per_second` has to divide 100. None when there is no recording.
        """
        return await asyncio.to_thread(self._peaks, name, channels, per_second)

    # The thread that writes

    def _take(self, name: str, info: CallInfo) -> Take:
        self._spool.mkdir(parents=True, exist_ok=True)
        return Take(self._spooled(name), info, self._settings.format, self._max_skew)

    def _run(self) -> None:
        synced = time.monotonic()
        stopping = False
        while not stopping:
            stopping = self._stopping.wait(_STEP)
            due = time.monotonic() >= synced + _SYNC
            synced = time.monotonic() if due else synced
            with self._lock:
                running = list(self._running)
            for recorded in running:
                over = recorded.ended
                if not self._write(recorded, over=over, sync=due) or over:
                    with self._lock:
                        self._running.remove(recorded)
                    self._keeper.submit(self._keep, recorded.name)
            self._try_again()

    def _write(self, recorded: RecordedCall, *, over: bool, sync: bool) -> bool:
        """Write what has come; False when that is impossible and the recording ends here."""
        take = recorded.take
        try:
            take.take(recorded.taken())
            if over:
                take.finish()
            elif sync:
                take.sync()
        except Exception as error:  # noqa: BLE001 - one call's recording must not end the others'
            _log.error("recording ends early", call_id=recorded.call_id, reason=str(error))
            recorded.given_up = True
            with contextlib.suppress(OSError):
                take.abandon()
            return False
        return True

    # The thread that takes recordings to their place

    def _keep(self, name: str, *, cut_off: bool = False) -> None:
        spooled = self._spooled(name)
        try:
            if cut_off:
                with contextlib.suppress(av.FFmpegError):  # one that holds nothing yet
                    mend(spooled)
            for path, kept in (
                (peaks_beside(spooled), f"{name}.peaks"),
                (spooled, name),
            ):
                if path.exists():
                    self._move(path, f"{self._root}/{kept}")
        except Exception as error:  # noqa: BLE001 - whatever S3 and its libraries may raise
            _log.error("recording waits in the spool", recording=name, reason=str(error))
            self._waiting[name] = time.monotonic() + _RETRY
        else:
            self._waiting.pop(name, None)

    def _move(self, path: Path, target: str) -> None:
        if self._remote is None:
            Path(target).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, target)
        else:
            self._remote.put_file(str(path), target)
            path.unlink()

    def _try_again(self) -> None:
        for name, when in list(self._waiting.items()):
            if time.monotonic() >= when:
                self._waiting[name] = float("inf")
                self._keeper.submit(self._keep, name, cut_off=True)

    # Reading

    def _spooled(self, name: str) -> Path:
        return self._spool / quote(name, safe=_QUIET_LETTERS)

    def _located(self, name: str) -> tuple[Any, str]:
        spooled = self._spooled(name)
        if self._remote is None or spooled.exists():
            local = fsspec.filesystem("file")
            return local, str(spooled if spooled.exists() else f"{self._root}/{name}")
        return self._remote, f"{self._root}/{name}"

    def length(self, name: str) -> int | None:
        """As `size`, in whatever thread asks."""
        filesystem, path = self._located(name)
        try:
            return int(filesystem.size(path))
        except FileNotFoundError:
            return None

    def _peaks(self, name: str, channels: int, per_second: int) -> NDArray[np.float64] | None:
        filesystem, path = self._located(f"{name}.peaks")
        try:
            data = filesystem.cat_file(path)
        except FileNotFoundError:
            return None
        step = PEAKS_A_SECOND // per_second
        levels = np.frombuffer(data, np.uint8)
        levels = levels[: len(levels) // channels * channels].reshape(-1, channels)
        padded = np.pad(levels, ((0, -len(levels) % step), (0, 0)))
        loudest: NDArray[np.uint8] = padded.reshape(-1, step, channels).max(axis=1)
        return loudest.T / np.float64(255)


def _name(path: Path) -> str:
    return unquote(path.name)


def _beside(url: str) -> Path:
    """The folder of an SQLite database; `var` for others."""
    try:
        parsed = make_url(url)
    except ArgumentError:  # the store says what is wrong with it
        return Path("var")
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        return Path(parsed.database).parent
    return Path("var")


def _place(settings: RecordingSettings, url: str) -> tuple[Any, str]:
    """The file system of S3, None for a folder, and where recordings lie in it."""
    if not url.startswith("s3://"):
        return None, url
    known = {"endpoint_url": settings.endpoint_url} if settings.endpoint_url else {}
    try:
        filesystem, root = fsspec.url_to_fs(url, **known)
    except ImportError:
        raise ConfigError(
            f"Recordings in {url} (recordings.url) need a library that is not installed; "
            "install it by `pip install assist[s3]`."
        ) from None
    return filesystem, str(root).rstrip("/")
