"""Recordings: one time axis, whole after a crash, in a folder or on S3."""

from __future__ import annotations

import asyncio
import io
import signal
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import av
import boto3
import numpy as np
import pytest
from moto.server import ThreadedMotoServer
from numpy.typing import NDArray

from assist.audio.decode import encode_samples
from assist.audio.frames import AudioFrame, CallInfo, Encoding, Leg
from assist.config import RecordingSettings, Settings, StoreSettings
from assist.errors import ConfigError
from assist.events import Role
from assist.store import Recordings
from assist.store.take import Take, peaks_beside
from tests.waiting import until

STARTED = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
STEREO = (Leg(Encoding.PCM_S16LE, 16_000, (Role.CALLER, Role.AGENT)),)
MONO_LEGS = (
    Leg(Encoding.MULAW, 8_000, (Role.AGENT,)),
    Leg(Encoding.PCM_S16LE, 48_000, (Role.CALLER,)),
)


def hum(rate: int, seconds: float, pitch: float, loud: float = 0.3) -> NDArray[np.int16]:
    times = np.arange(int(rate * seconds)) / rate
    return (loud * 32767 * np.sin(2 * np.pi * pitch * times)).astype(np.int16)


def frames(leg: int, legs: tuple[Leg, ...], samples: NDArray[np.int16]) -> list[AudioFrame]:
    """Frames of 20 ms."""
    step = legs[leg].rate // 50
    return [
        AudioFrame(leg, start, encode_samples(samples[start : start + step], legs[leg].encoding))
        for start in range(0, len(samples), step)
    ]


def heard(path: Path) -> NDArray[np.float64]:
    """(channels, samples) at 16 kHz, -1…1."""
    parts = []
    with av.open(str(path)) as container:
        resampler = av.AudioResampler("s16p", rate=16_000)
        for frame in container.decode(audio=0):
            parts += [part.to_ndarray() for part in resampler.resample(frame)]
    return np.concatenate(parts, axis=1) / 32768


def pitch(samples: NDArray[np.float64]) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * 16_000 / len(samples))


@pytest.mark.parametrize("form", ["flac", "opus"])
def test_legs_of_any_kind_become_channels_in_order(tmp_path: Path, form: Any) -> None:
    info = CallInfo("one", MONO_LEGS)
    take = Take(tmp_path / f"one.{form}", info, form, max_skew=2)
    agent = frames(0, MONO_LEGS, hum(8_000, 3, 440))
    caller = frames(1, MONO_LEGS, hum(48_000, 3, 1000))
    for pair in zip(agent, caller, strict=True):
        take.take(pair)
    take.finish()
    channels = heard(tmp_path / f"one.{form}")
    assert channels.shape[0] == 2
    assert channels.shape[1] == pytest.approx(48_000, abs=1000)
    assert [round(pitch(channel[8000:40_000]), -1) for channel in channels] == [440, 1000]
    assert np.abs(channels).mean() == pytest.approx(0.3 * 2 / np.pi, abs=0.03)


def test_interleaved_channels_are_put_in_order(tmp_path: Path) -> None:
    take = Take(tmp_path / "one.flac", CallInfo("one", STEREO), "flac", max_skew=2)
    both = np.stack([hum(16_000, 1, 1000), hum(16_000, 1, 440)], axis=1)
    take.take(frames(0, STEREO, both))
    take.finish()
    channels = heard(tmp_path / "one.flac")
    np.testing.assert_array_equal((channels * 32768).astype(np.int16).T, both[:, ::-1])


def test_holes_doubles_and_late_legs_leave_everything_in_its_place(tmp_path: Path) -> None:
    take = Take(tmp_path / "one.flac", CallInfo("one", MONO_LEGS), "flac", max_skew=1)
    agent = frames(0, MONO_LEGS, hum(8_000, 10, 440))
    caller = frames(1, MONO_LEGS, hum(48_000, 10, 1000))
    take.take(agent[:100] + agent[50:100])  # two seconds, the second one twice; no caller yet
    take.take(caller[:150])  # up to three seconds: the first one comes too late
    for pair in zip(agent[200:300], caller[200:300], strict=True):  # nobody from 3 to 4 s
        take.take(pair)
    take.take(caller[300:])
    take.finish()
    channels = heard(tmp_path / "one.flac")
    assert channels.shape[1] == 160_000
    seconds = np.abs(channels).reshape(2, 10, 16_000).max(axis=2) > 0.1
    assert seconds[0].tolist() == [True, True, False, False, True, True] + [False] * 4
    assert seconds[1].tolist() == [False, True, True, False] + [True] * 6


def test_peaks_are_the_loudest_of_each_hundredth(tmp_path: Path) -> None:
    leg = (Leg(Encoding.PCM_S16LE, 16_000, (Role.CALLER,)),)
    take = Take(tmp_path / "one.flac", CallInfo("one", leg), "flac", max_skew=2)
    samples = np.zeros(32_000, np.int16)
    samples[100], samples[16_000] = -32768, 8192
    take.take(frames(0, leg, samples))
    take.finish()
    peaks = np.frombuffer(peaks_beside(tmp_path / "one.flac").read_bytes(), np.uint8)
    assert np.flatnonzero(peaks).tolist() == [0, 100]
    assert peaks[[0, 100]].tolist() == [255, 64]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(store=StoreSettings(url=f"sqlite:///{tmp_path}/var/assist.db"))


async def record(recordings: Recordings, info: CallInfo, seconds: float = 2.0) -> str:
    recorded = await recordings.begin(info, STARTED, live=True)
    assert recorded is not None
    for frame in frames(0, info.legs, hum(info.legs[0].rate, seconds, 440)):
        await recorded.put(frame)
    recorded.end()
    return recorded.name


CALL = CallInfo("one", (Leg(Encoding.MULAW, 8_000, (Role.CALLER,)),))


async def test_a_finished_recording_lies_in_its_folder_and_is_read_in_parts(
    settings: Settings, tmp_path: Path
) -> None:
    recordings = Recordings(settings)
    recordings.start()
    name = await record(recordings, CALL)
    await recordings.close()
    assert name == "2026/03/01/one.flac"
    path = tmp_path / "var" / "recordings" / name
    assert heard(path).shape == (1, 32_000)
    assert not list((tmp_path / "var" / "recording").iterdir())

    size = await recordings.size(name)
    assert size == path.stat().st_size
    assert b"".join(recordings.read(name, 0, size)) == path.read_bytes()
    assert b"".join(recordings.read(name, 5, 25)) == path.read_bytes()[5:25]
    peaks = await recordings.peaks(name, 1, 10)
    assert peaks is not None
    assert peaks.shape == (1, 20)
    assert peaks.mean() == pytest.approx(0.3, abs=0.02)
    path.unlink()
    assert await recordings.size(name) is None
    assert await recordings.peaks("2026/03/01/other.flac", 1, 10) is None


async def test_without_consent_or_where_it_is_off_nothing_is_recorded(settings: Settings) -> None:
    recordings = Recordings(settings)
    refused = CallInfo("one", CALL.legs, consent=False)
    assert await recordings.begin(refused, STARTED, live=True) is None
    off = settings.model_copy(update={"recordings": RecordingSettings(enabled=False)})
    assert await Recordings(off).begin(CALL, STARTED, live=True) is None


_VICTIM = """
import asyncio, sys, time
from assist.config import RecordingSettings, Settings, StoreSettings
from assist.store import Recordings
from tests.store.test_recordings import CALL, STARTED, frames, hum

async def main():
    form = sys.argv[2]
    recordings = Recordings(Settings(
        store=StoreSettings(url=sys.argv[1]), recordings=RecordingSettings(format=form)))
    recordings.start()
    recorded = await recordings.begin(CALL, STARTED, live=True)
    for frame in frames(0, CALL.legs, hum(8000, 15, 440)):
        await recorded.put(frame)
    print("fed", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


def readable(path: Path) -> float:
    """Seconds that can be played."""
    try:
        return heard(path).shape[1] / 16_000
    except (ValueError, av.FFmpegError):  # nothing yet
        return 0.0


@pytest.mark.parametrize("form", ["flac", "opus"])
async def test_a_recording_that_was_killed_is_there_up_to_the_last_second(
    settings: Settings, tmp_path: Path, form: Any
) -> None:
    victim = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _VICTIM, settings.store.url, form),
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert victim.stdout is not None
    assert await victim.stdout.readline() == b"fed\n"
    (left,) = (tmp_path / "var" / "recording").glob(f"*.{form}")
    await until(lambda: readable(left), lambda seconds: seconds > 14)
    victim.send_signal(signal.SIGKILL)
    await victim.wait()

    recordings = Recordings(
        settings.model_copy(update={"recordings": RecordingSettings(format=form)})
    )
    recordings.start()
    await recordings.close()
    name = f"2026/03/01/one.{form}"
    path = tmp_path / "var" / "recordings" / name
    seconds = heard(path).shape[1] / 16_000
    assert seconds > 14
    with av.open(str(path)) as container:
        assert container.duration is not None
        assert container.duration / 1e6 == pytest.approx(seconds, abs=0.1)
    peaks = await recordings.peaks(name, 1, 1)
    assert peaks is not None
    assert peaks.shape[1] == pytest.approx(seconds, abs=1.2)


async def test_a_disk_that_takes_no_more_ends_the_recording_and_nothing_else(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    recordings = Recordings(settings)
    recordings.start()
    full = CallInfo("full", CALL.legs)
    recorded = await recordings.begin(full, STARTED, live=True)
    other = await recordings.begin(CALL, STARTED, live=True)
    assert recorded is not None
    assert other is not None
    sound = frames(0, CALL.legs, hum(8_000, 2, 440))

    class Full(io.BytesIO):
        def write(self, _data: Any) -> int:
            raise OSError(28, "No space left on device")

    recorded.take._peaks.close()
    monkeypatch.setattr(recorded.take, "_peaks", Full())
    for frame in sound:
        await recorded.put(frame)
        await other.put(frame)
    other.end()
    await recordings.close()
    assert capsys.readouterr().out.count("No space left on device") == 1
    assert (await recordings.size(other.name) or 0) > 10_000


async def test_a_spool_that_cannot_be_written_is_logged_and_the_call_goes_on(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "recording").write_text("in the way")
    assert await Recordings(settings).begin(CALL, STARTED, live=True) is None
    assert "call not recorded" in capsys.readouterr().out


async def test_a_recording_whose_place_is_gone_waits_in_the_spool(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "recordings").write_text("in the way")
    recordings = Recordings(settings)
    recordings.start()
    name = await record(recordings, CALL)
    await recordings.close()
    assert (await recordings.size(name) or 0) > 10_000  # read from the spool
    (tmp_path / "var" / "recordings").unlink()
    again = Recordings(settings)
    again.start()
    await again.close()
    assert heard(tmp_path / "var" / "recordings" / name).shape == (1, 32_000)


async def test_sound_that_waits_too_long_is_silence_and_shifts_nothing(
    settings: Settings, tmp_path: Path
) -> None:
    small = settings.model_copy(update={"recordings": RecordingSettings(backlog=1.0)})
    recordings = Recordings(small)
    recorded = await recordings.begin(CALL, STARTED, live=True)
    assert recorded is not None
    sound = frames(0, CALL.legs, hum(8_000, 4, 440))
    for frame in sound[:150]:  # the thread does not run yet: only the first second finds room
        await recorded.put(frame)
    recordings.start()
    await until(lambda: not recorded._seconds)
    for frame in sound[150:]:
        await recorded.put(frame)
    recorded.end()
    await recordings.close()
    (channel,) = heard(tmp_path / "var" / "recordings" / recorded.name)
    loud = np.abs(channel).reshape(8, 8_000).max(axis=1) > 0.1
    assert loud.tolist() == [True, True, False, False, False, False, True, True]


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    boto3.client("s3", endpoint_url=address).create_bucket(Bucket="calls")
    yield address
    server.stop()


async def test_recordings_go_to_s3_and_those_of_a_crash_at_the_next_start(
    settings: Settings, tmp_path: Path, s3: str
) -> None:
    on_s3 = RecordingSettings(url="s3://calls/kept/", endpoint_url=s3)
    settings = settings.model_copy(update={"recordings": on_s3})
    recordings = Recordings(settings)
    recordings.start()
    name = await record(recordings, CALL)
    await recordings.close()
    spool = tmp_path / "var" / "recording"
    assert list(spool.iterdir()) == []
    size = await recordings.size(name)
    assert size is not None
    (tmp_path / "copy.flac").write_bytes(b"".join(recordings.read(name, 0, size)))
    assert heard(tmp_path / "copy.flac").shape == (1, 32_000)
    head = (tmp_path / "copy.flac").read_bytes()[10:300]
    assert b"".join(recordings.read(name, 10, 300)) == head
    peaks = await recordings.peaks(name, 1, 10)
    assert peaks is not None
    assert peaks.shape == (1, 20)
    assert await recordings.size("2026/03/01/other.flac") is None

    take = Take(spool / "2026%2F03%2F01%2Ftwo.flac", CALL, "flac", max_skew=2)
    take.take(frames(0, CALL.legs, hum(8_000, 3, 440)))
    take.abandon()
    again = Recordings(settings)
    again.start()
    await again.close()
    assert list(spool.iterdir()) == []
    assert (await again.size("2026/03/01/two.flac") or 0) > 10_000


@pytest.mark.parametrize("url", ["s3://", "ftp://host/there"])
def test_a_place_that_makes_no_sense_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="s3://bucket/prefix"):
        RecordingSettings(url=url)


def test_s3_without_its_library_says_what_to_install(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "s3fs", None)
    monkeypatch.delitem(sys.modules["fsspec.registry"]._registry, "s3", raising=False)
    on_s3 = settings.model_copy(update={"recordings": RecordingSettings(url="s3://calls")})
    with pytest.raises(ConfigError, match=r"pip install assist\[s3\]"):
        Recordings(on_s3)
