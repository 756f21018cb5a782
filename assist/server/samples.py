"""The calls that ship with the project, played into this very server as live calls."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path

import msgspec
import structlog

from assist.audio.files import open_recording
from assist.errors import AssistError, ConfigError
from assist.server.messages import SampleInfo
from assist.sources.player import play

FOLDER = Path(__file__).parents[2] / "audio_samples"

_log = structlog.get_logger(__name__)


class _Card(msgspec.Struct):
    """The part of a sample's JSON file that is shown."""

    language: str = "auto"
    title: str = ""


class Samples:
    """Recordings NAME.flac in a folder, each with a NAME.json that tells language and title.

    `token` is what the server lets a sample in with.
    """

    def __init__(self, folder: Path, token: str = "") -> None:
        self._token = token
        self._paths = {path.stem: path for path in sorted(folder.glob("*.flac"))}
        self._infos = {name: _info(path) for name, path in self._paths.items()}
        self._playing: dict[str, asyncio.Task[None]] = {}

    def list(self) -> list[SampleInfo]:
        """The samples by name."""
        return list(self._infos.values())

    def exists(self, name: str) -> bool:
        """Whether there is a sample of this name."""
        return name in self._paths

    def is_playing(self, name: str) -> bool:
        """Whether this sample is a running call already."""
        return name in self._playing

    async def play(self, name: str, address: str, *, agent: str = "") -> str:
        """Start a sample as a live call on the server at `address` (ws://host:port); its call id.

        It is a call of `agent`.
        Returns once the server has taken the call, which then goes on by itself. Raises
        `ConfigError` for a name that is unknown or playing, and what the server refuses with.
        """
        if name not in self._paths:
            known = ", ".join(self._paths) or "none"
            raise ConfigError(f"There is no sample {name[:40]!r}; there are: {known}.")
        if name in self._playing:
            raise ConfigError(f"The sample {name} is playing already; wait for its end.")
        call_id = f"sample-{name}-{secrets.token_hex(4)}"
        taken = asyncio.Event()
        task = asyncio.create_task(self._play(name, f"{address}/api/ingest", call_id, agent, taken))
        self._playing[name] = task
        task.add_done_callback(lambda _: self._playing.pop(name))
        waiting = asyncio.create_task(taken.wait())
        await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if not taken.is_set():
            task.result()
        return call_id

    async def close(self) -> None:
        """Stop playing."""
        tasks = list(self._playing.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _play(
        self, name: str, url: str, call_id: str, agent: str, taken: asyncio.Event
    ) -> None:
        try:
            recording = await asyncio.to_thread(open_recording, self._paths[name])
            await play(
                recording,
                url,
                call_id=call_id,
                token=self._token,
                agent=agent,
                language=self._infos[name].language,
                on_progress=lambda _: taken.set(),
            )
        except AssistError as error:
            if not taken.is_set():
                raise
            _log.warning("sample broke off", sample=name, reason=str(error))


def _info(path: Path) -> SampleInfo:
    card = _Card()
    beside = path.with_suffix(".json")
    if beside.is_file():
        try:
            card = msgspec.json.decode(beside.read_bytes(), type=_Card)
        except msgspec.DecodeError as error:
            raise ConfigError(f"The description {beside} of a sample is wrong: {error}.") from None
    return SampleInfo(name=path.stem, language=card.language, title=card.title or path.stem)
