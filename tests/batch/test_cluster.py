"""A batch on a Dask cluster gives what it gives here, whoever dies meanwhile."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dask
import msgspec
import pytest
import soundfile
from distributed import Client, LocalCluster, WorkerPlugin
from typer.testing import CliRunner

from assist import __version__
from assist.batch import cluster as batch
from assist.batch import score as run
from assist.batch.cluster import Order, scored
from assist.batch.inputs import Item, find
from assist.batch.manifest import FILE, Entry, Manifest, what_counts
from assist.batch.score import Totals, score
from assist.batch.worker import Done, Task
from assist.cli import app
from assist.config import Settings
from assist.errors import AssistError, ClusterError, ConfigError, ModelError
from assist.models import fetch
from tests.waiting import until

ROOT = Path(__file__).parent.parent.parent


class FakeScorer:
    """Scores in no time; the file `log` has a line for each recording it was given."""

    log = Path()
    books = ""
    trouble = ""
    alike = True

    def __init__(self, settings: Settings) -> None:
        if self.trouble:
            raise ModelError(self.trouble)

    def score(self, task: Task) -> Done:
        content = Path(task.item.source).read_bytes()
        with self.log.open("a") as log:
            log.write(f"{task.item.name} {os.getpid()}\n")
        mark = (content.decode(), "one" if self.alike else str(os.getpid()))
        if task.known == mark:
            return Done(task.item.name, *mark, skipped=True)
        if content == b"dies":
            os.kill(os.getpid(), signal.SIGKILL)
        if content == b"slow":
            time.sleep(0.3)
        files = {f"{task.item.name}.events.jsonl": content * 100_000}
        return Done(task.item.name, *mark, duration=2.0, took=0.1, files=files)


class Faked(WorkerPlugin):
    """Has workers, also those to come, score by `FakeScorer`."""

    def __init__(self, **attributes: Any) -> None:
        self.attributes = attributes

    def setup(self, worker: Any) -> None:
        self.real = batch.Scorer
        batch.Scorer = type("Scorer", (FakeScorer,), self.attributes)  # type: ignore[misc]
        batch._scorers.clear()

    def teardown(self, worker: Any) -> None:
        batch.Scorer = self.real  # type: ignore[misc]
        batch._scorers.clear()


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    """Two workers of one process each; a recording may kill one of them once."""
    with (
        dask.config.set(
            {
                "distributed.scheduler.allowed-failures": 1,
                # LocalCluster gives a worker up that happens to be dead 15 s after a death.
                "distributed.deploy.lost-worker-timeout": "1h",
            }
        ),
        LocalCluster(
            n_workers=2, threads_per_worker=1, protocol="tcp://", dashboard_address=":0"
        ) as made,
    ):
        yield made


class Fakes:
    """What the workers of `address` are while they are fakes."""

    def __init__(self, address: str, log: Path) -> None:
        self.log = log
        self.log.write_text("")
        self.address = address
        self._client = Client(address, set_as_default=False)
        self.become()

    def become(self, **attributes: Any) -> None:
        self._client.register_plugin(Faked(log=self.log, **attributes), name="fake")

    def end(self) -> None:
        self._client.unregister_worker_plugin("fake")
        self._client.close()

    def score(self, items: list[Item], out: Path, **options: Any) -> Totals:
        return score(items, out, cluster=self.address, **options)

    @property
    def given(self) -> list[list[str]]:
        """Name of each recording that a worker was given, and its process."""
        return [line.split() for line in self.log.read_text().splitlines()]

    def times(self, name: str) -> int:
        return [one for one, _ in self.given].count(name)


@pytest.fixture
def fakes(
    cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Fakes]:
    monkeypatch.setattr(batch, "book_versions", lambda _: "")
    made = Fakes(cluster.scheduler_address, tmp_path / "log")
    yield made
    made.end()


def calls(folder: Path, **contents: str) -> list[Item]:
    folder.mkdir(exist_ok=True)
    for name, content in contents.items():
        (folder / f"{name}.wav").write_text(content)
    return find([str(folder)])


def slow(tmp_path: Path, count: int) -> list[Item]:
    return calls(tmp_path / "in", **{f"call{number:02}": "slow" for number in range(count)})


def lines(out: Path) -> list[str]:
    """The name of each line of a manifest, in order."""
    with (out / FILE).open("rb") as file:
        return sorted(msgspec.json.decode(line, type=Entry).item.name for line in file)


def whole(out: Path, items: list[Item]) -> bool:
    """Whether each has its result, and nothing else is there."""
    results = {path.name: path.read_bytes() for path in out.iterdir() if path.name != FILE}
    return results == {f"{item.name}.events.jsonl": b"slow" * 100_000 for item in items}


def test_real_results_are_those_of_this_machine(
    cluster: LocalCluster,
    tmp_path: Path,
    samples: Path,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fetch(settings.models, lambda _: None)
    sound, rate = soundfile.read(samples / "en_escalating.flac", dtype="int16")
    (tmp_path / "march").mkdir()
    soundfile.write(tmp_path / "march" / "one.wav", sound[: 5 * rate], rate)
    soundfile.write(tmp_path / "march" / "two.wav", sound[5 * rate : 10 * rate], rate)
    (tmp_path / "march" / "broken.mp3").write_bytes(b"no sound")
    monkeypatch.chdir(tmp_path)  # where no worker is
    monkeypatch.setenv("ASSIST_SPEECH__BEAM_SIZE", "1")  # nor is this set there
    items = find(["march"])
    here, there = tmp_path / "here", tmp_path / "there"
    score(items, here, language="en", subtitles=True, workers=1)
    totals = score(items, there, language="en", subtitles=True, cluster=cluster.scheduler_address)
    assert (totals.done, totals.failed) == (3, 1)
    assert files(here) == files(there)
    assert sum(path.endswith(".vtt") for path in files(here)) == 2
    assert entries(here) == entries(there)
    again = score(items, here, language="en", subtitles=True, cluster=cluster.scheduler_address)
    assert again.skipped == 2


def files(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir() if path.name != FILE}


def entries(out: Path) -> list[Entry]:
    with Manifest(out) as manifest:
        return [msgspec.structs.replace(entry, took=0) for entry in manifest]


def test_workers_that_are_killed_lose_and_repeat_nothing(tmp_path: Path, fakes: Fakes) -> None:
    items, out = slow(tmp_path, 10), tmp_path / "out"
    finished: set[str] = set()
    killed: list[str] = []

    def kill(entry: Entry, totals: Totals) -> None:
        finished.add(entry.item.name)
        if totals.done in (2, 6):
            name, pid = asyncio.run(until(working))[-1]
            os.kill(int(pid), signal.SIGKILL)
            killed.append(name)

    def working() -> list[list[str]]:
        return [one for one in fakes.given if one[0] not in {*finished, *killed}]

    totals = fakes.score(items, out, on_done=kill)
    assert (totals.done, totals.failed) == (10, 0)
    assert [fakes.times(name) for name in killed] == [2, 2]
    assert lines(out) == [item.name for item in items]
    assert whole(out, items)


def test_a_recording_that_kills_its_workers_is_told_of_and_stops_nothing(
    tmp_path: Path, fakes: Fakes
) -> None:
    items = calls(tmp_path / "in", a="one", b="dies", c="three", d="four")
    told: dict[str, str] = {}
    totals = fakes.score(
        items,
        tmp_path / "out",
        on_done=lambda entry, _: told.update({entry.item.name: entry.error}),
    )
    assert (totals.done, totals.failed) == (4, 1)
    assert told["b"].endswith("b.wav ended the process that read it, 2 times.")
    assert [told[name] for name in "acd"] == ["", "", ""]
    assert fakes.times("b") == 2
    again = fakes.score(items[2:], tmp_path / "out")
    assert again.skipped == 2


def test_a_run_that_is_killed_goes_on(tmp_path: Path, fakes: Fakes) -> None:
    items, out = slow(tmp_path, 6), tmp_path / "out"
    program = (
        "from pathlib import Path; from assist.batch import cluster; "
        "from assist.batch.inputs import find; from assist.batch.score import score; "
        "cluster.book_versions = lambda _: ''; "
        f"score(find([{str(tmp_path / 'in')!r}]), Path({str(out)!r}), cluster={fakes.address!r})"
    )
    first = subprocess.Popen([sys.executable, "-c", program])
    asyncio.run(until(lambda: (out / FILE).is_file() and (out / FILE).stat().st_size > 100))
    first.kill()
    first.wait()
    before = len(lines(out))
    totals = fakes.score(items, out)
    assert 1 <= totals.skipped == before
    assert (totals.done, totals.failed) == (6, 0)
    assert lines(out) == [item.name for item in items]
    assert whole(out, items)


def test_a_worker_may_come_late_and_a_lost_scheduler_ends_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "book_versions", lambda _: "")
    items, out = slow(tmp_path, 6), tmp_path / "out"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    scheduler = dask_command("scheduler", "--host", address, "--no-dashboard")
    fakes = Fakes(address, tmp_path / "log")
    late: list[subprocess.Popen[bytes]] = []
    said: list[str] = []

    def join(sentence: str) -> None:
        said.append(sentence)
        late.append(dask_command("worker", address, "--nthreads", "1", "--no-dashboard"))

    def end(entry: Entry, totals: Totals) -> None:
        if totals.done == 2:
            scheduler.kill()

    try:
        with (
            dask.config.set({"distributed.comm.timeouts.connect": "3s"}),
            pytest.raises(ClusterError, match=f"{address} was lost; start again"),
        ):
            fakes.score(items, out, on_waiting=join, on_done=end)
    finally:
        for process in (scheduler, *late):
            process.kill()
            process.wait()
    assert said == [f"No worker has joined {address}; waiting for one."]
    assert lines(out) == [item.name for item in items[:2]]
    assert whole(out, items[:2])


def dask_command(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
    )


def test_workers_that_cannot_take_part_end_the_run_with_a_sentence(
    tmp_path: Path, fakes: Fakes, monkeypatch: pytest.MonkeyPatch
) -> None:
    items, out = slow(tmp_path, 4), tmp_path / "out"
    fakes.become(trouble="The model is missing; run `assist models fetch`.")
    with pytest.raises(ModelError, match=rf"On {socket.gethostname()}: .*models fetch"):
        fakes.score(items, out)
    fakes.become(alike=False)
    with pytest.raises(ModelError, match="have different models"):
        fakes.score(items, out)
    fakes.become(books="tr:2")
    with pytest.raises(ClusterError, match="The playbooks are tr:2, those of the run "):
        fakes.score(items, out)
    fakes.become()
    with pytest.raises(ClusterError, match=f"has version {__version__}, this run 0.0"):
        monkeypatch.setattr(batch, "__version__", "0.0")
        fakes.score(items, out)


@pytest.mark.parametrize(
    ("threads", "seen", "sentence"),
    [
        (2, "", "start it with --nthreads 1"),
        (1, "/nowhere/call.wav", "/nowhere/call.wav is not there; mount the recordings"),
    ],
)
def test_a_worker_that_is_set_up_wrongly_says_so(
    threads: int, seen: str, sentence: str, settings: Settings
) -> None:
    order = Order(__version__, what_counts(settings), "", "/nowhere")
    task = Task(Item("call", "/nowhere/call.wav"), "", "tr", False, None)
    with (
        LocalCluster(
            n_workers=1, threads_per_worker=threads, processes=False, dashboard_address=":0"
        ) as made,
        Client(made) as client,
        pytest.raises(AssistError, match=sentence),
    ):
        client.submit(scored, order, task, seen).result()


def test_settings_travel_but_not_where_the_models_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSIST_SPEECH__BEAM_SIZE", "3")
    monkeypatch.setenv("ASSIST_GUIDANCE__PACKS", '["bank"]')
    order = Order(__version__, what_counts(Settings()), "", "")
    monkeypatch.setenv("ASSIST_SPEECH__BEAM_SIZE", "7")
    monkeypatch.setenv("ASSIST_SPEECH__MIN_SPEECH", "0.9")
    monkeypatch.setenv("ASSIST_MODELS__DIRECTORY", "/models")
    found = batch._settings(order)
    assert (found.speech.beam_size, found.speech.min_speech) == (3, 0.2)
    assert found.guidance.packs == ("bank",)
    assert found.models.directory == Path("/models")
    assert what_counts(found) == order.settings


def test_a_cluster_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    (item,) = calls(tmp_path / "in", a="one")
    words = ["score", item.source, "--out", str(tmp_path / "out"), "--cluster", "tcp://127.0.0.1:1"]
    with dask.config.set({"distributed.comm.timeouts.connect": "1s"}):
        result = CliRunner().invoke(app, words)
    assert isinstance(result.exception, ClusterError)
    assert result.exception.exit_code == 9
    assert str(result.exception).startswith("The cluster at tcp://127.0.0.1:1 cannot be reached: ")
    for address in ("no address: at all", "tls://127.0.0.1:1"):
        with pytest.raises(ClusterError, match=f"The cluster at {address} cannot be reached: "):
            score([item], tmp_path / "out", cluster=address)


def test_workers_of_this_machine_are_not_those_of_a_cluster(tmp_path: Path) -> None:
    words = ["score", "x.wav", "--out", str(tmp_path), "--cluster", "tcp://h:1", "--workers", "2"]
    result = CliRunner().invoke(app, words)
    assert isinstance(result.exception, ConfigError)
    assert "--workers is for this machine" in str(result.exception)


def test_without_the_library_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "find_spec", lambda _: None)
    with pytest.raises(ConfigError, match=r"pip install assist\[cluster\]"):
        score([Item("a", "a.wav")], tmp_path, cluster="tcp://127.0.0.1:1")
