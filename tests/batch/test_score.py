"""A batch goes on where it stood, loses nobody's work, and survives its processes."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import av
import msgspec
import numpy as np
import pyarrow.parquet as pq
import pytest
import soundfile

from assist.batch import processes
from assist.batch.inputs import Item, find
from assist.batch.keep import call_id_of, keep
from assist.batch.manifest import Entry, Manifest
from assist.batch.score import Totals, _answers, score
from assist.batch.tables import SCHEMAS, events_of, write_tables
from assist.batch.worker import Done, Task
from assist.config import Settings, StoreSettings
from assist.errors import ConfigError, ModelError
from assist.events import Note
from assist.models import fetch
from assist.store import Filters, Store
from tests.waiting import until

FAKE = """
import hashlib, os, pathlib, sys, time
import msgspec
from assist.batch.worker import Done, Ready, Task

out = sys.stdout.buffer
out.write(msgspec.json.encode(Ready(os.environ.get("FAKE_TROUBLE", ""))) + b"\\n")
out.flush()
for line in sys.stdin.buffer:
    task = msgspec.json.decode(line, type=Task)
    source = pathlib.Path(task.item.source)
    content = source.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    with open(os.environ["FAKE_LOG"], "a") as log:
        log.write(f"{task.item.name} {os.getpid()}\\n")
    mark = (digest, os.environ.get("FAKE_SETTINGS", "one"))
    if task.known == mark:
        done = Done(task.item.name, *mark, skipped=True)
    elif content == b"dies":
        out.write(b'{"name": "half a li')
        out.flush()
        os.kill(os.getpid(), 9)
    elif content == b"bad":
        done = Done(task.item.name, *mark, error="It is no recording.")
    else:
        if content == b"slow":
            time.sleep(0.3)
        files = {f"{task.item.name}.events.jsonl": content}
        done = Done(task.item.name, *mark, duration=2.0, took=0.1, files=files)
    out.write(msgspec.json.encode(done) + b"\\n")
    out.flush()
"""


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Processes that score in no time; the file has a line for each recording they were given."""
    log = tmp_path / "log"
    log.write_text("")
    monkeypatch.setenv("FAKE_LOG", str(log))
    monkeypatch.setattr(processes, "COMMAND", (sys.executable, "-c", FAKE))
    return log


def calls(folder: Path, **contents: str) -> list[Item]:
    folder.mkdir(exist_ok=True)
    for name, content in contents.items():
        (folder / f"{name}.wav").write_text(content)
    return find([str(folder)])


def given(log: Path) -> list[str]:
    return sorted(line.split()[0] for line in log.read_text().splitlines())


def test_what_is_finished_stays_and_what_changed_is_done_again(tmp_path: Path, fake: Path) -> None:
    items = calls(tmp_path / "in", a="one", b="two", c="bad")
    out = tmp_path / "out"
    first = score(items, out, workers=2)
    assert (first.done, first.skipped, first.failed, first.seconds) == (3, 0, 1, 4.0)
    (tmp_path / "in" / "b.wav").write_text("changed")
    skipped: list[str] = []
    again = score(items, out, workers=2, on_skipped=lambda item, _: skipped.append(item.name))
    assert skipped == ["a"]
    assert (again.done, again.failed) == (3, 1)  # what was bad is tried again
    (out / "a.events.jsonl").unlink()
    assert score(items, out, workers=1).skipped == 1


def test_changed_settings_do_everything_again(
    tmp_path: Path, fake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = calls(tmp_path / "in", a="one", b="two")
    score(items, tmp_path / "out")
    monkeypatch.setenv("FAKE_SETTINGS", "two")
    assert score(items, tmp_path / "out").skipped == 0
    assert score(items, tmp_path / "out").skipped == 2


def test_a_recording_that_kills_its_process_is_told_of_and_stops_nothing(
    tmp_path: Path, fake: Path
) -> None:
    items = calls(tmp_path / "in", a="one", b="dies", c="three", d="four")
    told: dict[str, str] = {}
    totals = score(
        items, tmp_path / "out", workers=2, on_done=lambda e, _: told.update({e.item.name: e.error})
    )
    assert (totals.done, totals.failed) == (4, 1)
    assert told["b"].endswith("b.wav ended the process that read it, 2 times.")
    assert [told[name] for name in "acd"] == ["", "", ""]
    assert given(fake).count("b") == 2


def test_processes_that_are_killed_lose_nothing(tmp_path: Path, fake: Path) -> None:
    items = calls(tmp_path / "in", **{f"call{number}": "slow" for number in range(8)})
    finished: set[str] = set()
    killed: list[str] = []

    def kill(entry: Entry, totals: Totals) -> None:
        finished.add(entry.item.name)
        begun = [line.split() for line in fake.read_text().splitlines()]
        working = [(name, int(pid)) for name, pid in begun if name not in {*finished, *killed}]
        if totals.done in (2, 5) and working:
            os.kill(working[-1][1], signal.SIGKILL)
            killed.append(working[-1][0])

    totals = score(items, tmp_path / "out", workers=2, on_done=kill)
    assert (totals.done, totals.failed) == (8, 0)
    assert killed
    assert all(given(fake).count(name) == 2 for name in killed)
    with Manifest(tmp_path / "out") as manifest:
        assert [entry.item.name for entry in manifest] == [item.name for item in items]


async def test_a_run_that_is_killed_goes_on(tmp_path: Path, fake: Path) -> None:
    items = calls(tmp_path / "in", **{f"call{number}": "slow" for number in range(6)})
    out = tmp_path / "out"
    program = (
        "import sys; from assist.batch import processes; "
        f"processes.COMMAND = (sys.executable, '-c', {FAKE!r}); "
        "from assist.batch.inputs import find; from assist.batch.score import score; "
        "from pathlib import Path; "
        f"score(find([{str(tmp_path / 'in')!r}]), Path({str(out)!r}), workers=1)"
    )
    run = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, start_new_session=True
    )
    written = out / "manifest.jsonl"
    await until(lambda: written.is_file() and written.stat().st_size >= 100)
    os.killpg(run.pid, signal.SIGKILL)
    await run.wait()
    with (out / "manifest.jsonl").open("ab") as file:
        file.write(b'{"item": {"name": "half a li')  # killed while it wrote
    totals = score(items, out, workers=1)
    assert totals.skipped >= 1
    assert (totals.done, totals.failed) == (6, 0)
    with Manifest(out) as manifest:
        assert len(list(manifest)) == 6


def test_what_cannot_begin_is_one_sentence(
    tmp_path: Path, fake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = calls(tmp_path / "in", a="one")
    monkeypatch.setenv("FAKE_TROUBLE", "The model is missing; run `assist models fetch`.")
    with pytest.raises(ModelError, match="models fetch"):
        score(items, tmp_path / "out")
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be used"):
        score(items, tmp_path / "file" / "out")
    assert threading.active_count() < 10


def test_what_cannot_be_written_fails_its_recording_alone(tmp_path: Path, fake: Path) -> None:
    items = calls(tmp_path / "in", a="one", b="two")
    (tmp_path / "out" / "a.events.jsonl").mkdir(parents=True)
    told: list[str] = []
    totals = score(items, tmp_path / "out", on_done=lambda entry, _: told.append(entry.error))
    assert (totals.done, totals.failed) == (2, 1)
    assert "a.events.jsonl cannot be written: Is a directory." in "".join(told)
    assert (tmp_path / "out" / "b.events.jsonl").read_bytes() == b"two"
    assert not list((tmp_path / "out").glob("*.part"))


class Counted:
    """A workforce that scores nothing and counts."""

    wanted = 3

    def __init__(self) -> None:
        self.hands: list[Task] = []
        self.most = 0

    def give(self, task: Task) -> None:
        self.hands.append(task)
        self.most = max(self.most, len(self.hands))

    def take(self) -> tuple[Task, Done] | None:
        self.wanted = self.wanted % 3 + 1
        if self.wanted == 2:
            return None
        task = self.hands.pop()
        return task, Done(task.item.name, "", "")


def test_no_more_recordings_are_in_hand_than_wanted() -> None:
    asked: list[int] = []

    def tasks() -> Iterator[Task]:
        for number in range(1000):
            asked.append(number)
            yield Task(Item(str(number), ""), "", "tr", False, None)

    counted = Counted()
    for done, _ in enumerate(_answers(counted, tasks()), start=1):
        assert len(asked) <= done + 4
    assert done == len(asked) == 1000
    assert counted.most == 3


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("call-7", "call-7"),
        ("2026/mart/çağrı 7", r"2026-mart-a-r-7-[0-9a-f]{8}"),
        ("x" * 300, r"x{100}-[0-9a-f]{8}"),
    ],
)
def test_a_call_has_an_id_that_an_address_can_have(name: str, expected: str) -> None:
    assert re.fullmatch(expected, call_id_of(name))
    assert call_id_of(name) != call_id_of(name + "!")


def test_real_recordings_become_files_and_tables(
    tmp_path: Path, samples: Path, settings: Settings
) -> None:
    fetch(settings.models, lambda _: None)
    sound, rate = soundfile.read(samples / "en_escalating.flac", dtype="int16")
    (tmp_path / "in" / "march").mkdir(parents=True)
    swapped = sound[: 25 * rate, ::-1]  # the caller comes first, which nobody says
    soundfile.write(tmp_path / "in" / "march" / "one.wav", swapped, rate)
    soundfile.write(tmp_path / "in" / "silence.wav", np.zeros((rate, 2), np.int16), rate)
    (tmp_path / "in" / "broken.mp3").write_bytes(b"no sound")
    items = [
        msgspec.structs.replace(item, agent="Daniel", started_at="2026-03-01T09:30:00")
        for item in find([str(tmp_path / "in")])
    ]
    out = tmp_path / "out"
    totals = score(items, out, channels="detect", language="en", subtitles=True, workers=1)
    assert (totals.done, totals.failed) == (3, 1)
    assert "-->" in (out / "march" / "one.srt").read_text()
    assert (out / "march" / "one.vtt").read_text().startswith("WEBVTT\n")
    with Manifest(out) as manifest:
        write_tables(manifest)
        errors = {entry.item.name: entry.error for entry in manifest}
        channels = {entry.item.name: entry.channels for entry in manifest}
    assert channels == {"broken": "", "march/one": "caller,agent", "silence": "unsure"}
    assert "cannot be read as audio" in errors["broken"]
    tables = {name: pq.read_table(out / f"{name}.parquet").to_pylist() for name in SCHEMAS}
    one = next(row for row in tables["calls"] if row["call_id"] == "march/one")
    assert (one["agent"], one["language"], one["error"]) == ("Daniel", "en", "")
    assert one["started_at"].isoformat() == "2026-03-01T09:30:00+00:00"
    assert {row["call_id"] for row in tables["calls"]} == {"march/one", "silence", "broken"}
    assert {row["channel"] for row in tables["utterances"]} == {"agent", "caller"}
    assert {row["call_id"]: row["channels"] for row in tables["calls"]} == channels
    assert [event.code for event in events_of(out, "silence") if isinstance(event, Note)] == [
        "roles_unsure",
        "no_speech",
    ]
    assert all(0 <= row["confidence"] <= 1 for row in tables["tone"])
    assert len({row["quality"] for row in tables["scorecard"]}) == 10
    assert tables["situations"]

    kept = settings.model_copy(update={"store": StoreSettings(url=f"sqlite:///{tmp_path}/a.db")})
    with Manifest(out) as manifest:
        assert asyncio.run(keep(kept, manifest)) == 2
        assert asyncio.run(keep(kept, manifest)) == 0  # they are there
    name, duration = asyncio.run(stored(kept))
    assert duration == 25.0
    with av.open(str(tmp_path / "recordings" / name)) as container:
        assert container.streams.audio[0].channels == 2


async def stored(settings: Settings) -> tuple[str, float]:
    """Where the recording of the call that was kept is, and how long that call was."""
    store = Store.open(settings.store)
    call = await store.call(call_id_of("march/one"))
    assert call is not None
    assert (call.agent, call.started_at.isoformat()) == ("Daniel", "2026-03-01T09:30:00+00:00")
    quiet = await store.call("silence")  # of two channels, kept as the one they were taken for
    assert quiet is not None and quiet.recording
    found = await store.search(Filters(q="machine"), agents=None, limit=10)
    assert [one.call_id for one in found.calls] == [call.call_id]
    await store.close()
    return call.recording, call.duration
