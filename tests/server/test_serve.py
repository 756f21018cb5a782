import asyncio
import json
import signal
import sys
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from assist.config import ServerSettings, Settings, StoreSettings
from assist.errors import ConfigError, ModelError
from assist.server import serve as serve_module
from assist.store import Store
from tests.server.fakes import FakePool

ROOT = Path(__file__).parents[2]


def settings_in(folder: Path) -> Settings:
    return Settings(
        server=ServerSettings(port=0, samples=folder),
        store=StoreSettings(url=f"sqlite:///{folder}/assist.db"),
    )


class PoolWithoutModels(FakePool):
    def __init__(self, _settings: Settings) -> None:
        super().__init__()
        self.loading = asyncio.get_running_loop().create_future()
        self.loading.set_exception(ModelError("The model is missing; run `assist models fetch`."))


class PoolWithModels(FakePool):
    def __init__(self, _settings: Settings) -> None:
        super().__init__()


async def test_missing_models_end_the_server_with_their_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve_module, "WorkerPool", PoolWithoutModels)
    settings = settings_in(tmp_path)
    addresses: list[str] = []
    with pytest.raises(ModelError, match="models fetch"):
        await serve_module._serve(settings, lambda page, _: addresses.append(page), None)
    assert addresses == []


async def test_an_unknown_sample_ends_the_server_before_it_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve_module, "WorkerPool", PoolWithModels)
    settings = settings_in(tmp_path)
    with pytest.raises(ConfigError, match="no sample 'x'"):
        await serve_module._serve(settings, None, "x")


async def test_a_server_without_users_is_not_for_others(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    open_to_all = settings.model_copy(update={"server": ServerSettings(host="0.0.0.0", port=0)})
    with pytest.raises(ConfigError, match="no users yet"):
        await serve_module._serve(open_to_all, None, None)
    await Store.open(settings.store).close()  # the database was let go


_SERVER = """
import sys
from pathlib import Path
from assist.server import serve as serve_module
from tests.server.test_serve import PoolWithModels, settings_in

serve_module.WorkerPool = PoolWithModels
serve_module.serve(settings_in(Path(sys.argv[1])), lambda url, first: print(url, first, flush=True))
print("bye")
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_calls_and_then_the_server_without_a_trace(
    tmp_path: Path, number: signal.Signals
) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _SERVER,
        str(tmp_path),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    url, first = (await process.stdout.readline()).decode().split()
    assert url.startswith("http://127.0.0.1:")
    assert first.startswith(f"{url}welcome#")
    async with connect(url.replace("http", "ws") + "api/ingest", proxy=None) as source:
        leg = {"encoding": "mulaw", "rate": 8000, "roles": ["caller"]}
        await source.send(json.dumps({"type": "start", "call_id": "one", "legs": [leg]}))
        assert json.loads(await source.recv())["type"] == "ready"
        process.send_signal(number)
        assert "stopping" in json.loads(await source.recv())["message"]
    out, err = await process.communicate()
    assert process.returncode == 0
    assert out == b"bye\n"
    assert b"Traceback" not in err
    lines = [json.loads(line) for line in err.splitlines()]
    assert [line["event"] for line in lines] == ["call started", "call ended"]
    assert {line["call_id"] for line in lines} == {"one"}
    store = Store.open(settings_in(tmp_path).store)
    call = await store.call("one")
    assert call is not None
    assert call.reason == "shutdown"
    await store.close()
