import asyncio
import sqlite3
from pathlib import Path

import numpy as np
import pytest
import soundfile
from prometheus_client.parser import text_string_to_metric_families

from assist.errors import ModelError
from assist.events import Gap
from assist.server import pages
from tests.server.fakes import RATE, FakePool, Running, serving


async def test_calls_are_listed_newest_first_with_what_is_known_of_them(server: Running) -> None:
    async with server.source() as first, server.source() as second, server.http() as http:
        await first.start("one", agent="ayşe", customer="c-7", language="tr")
        await first.speak(2)
        await first.stop()
        await second.start("two")
        await second.speak(3)
        await second.acked(3 * RATE)
        two, one = (await http.get("/api/calls")).json()["calls"]
        assert (one["call_id"], one["agent"], one["customer"]) == ("one", "ayşe", "c-7")
        assert (one["running"], one["duration"]) == (False, 2.0)
        assert one["ended_at"] > one["started_at"]
        assert (two["call_id"], two["running"], two["ended_at"]) == ("two", True, None)
        assert two["duration"] == 3.0
        only = (await http.get("/api/calls?limit=1")).json()["calls"]
        assert [call["call_id"] for call in only] == ["two"]
        for limit in ("0", "-1", "x", "9999"):
            assert (await http.get(f"/api/calls?limit={limit}")).status_code == 400


async def test_events_of_a_call_are_the_same_while_it_runs_and_afterwards(server: Running) -> None:
    async with server.source() as source, server.http() as http:
        await source.start()
        await source.speak(4)
        await source.acked(4 * RATE)
        running = (await http.get("/api/calls/one/events")).json()
        assert [event["seq"] for event in running] == [1, 2, 3, 4, 5]
        await source.stop()
        stored = (await http.get("/api/calls/one/events")).json()
        assert stored[:5] == running
        assert stored[5]["type"] == "call_ended"
        assert (await http.get("/api/calls/one/events?after=4")).json() == stored[4:]
        assert (await http.get("/api/calls/one/events?after=x")).status_code == 400
        missing = await http.get("/api/calls/nobody/events")
        assert missing.status_code == 404
        assert "no call 'nobody'" in missing.json()["error"]


async def test_health_tells_starting_from_ok(tmp_path: Path) -> None:
    async with serving(tmp_path, prepare=_still_loading) as server, server.http() as http:
        starting = await http.get("/healthz")
        assert (starting.status_code, starting.json()["status"]) == (503, "starting")
        server.pool.loading.set_result(None)
        await server.app.state.loading
        ready = await http.get("/healthz")
        assert (ready.status_code, ready.json()) == (200, {"status": "ok", "reason": ""})


def _still_loading(pool: FakePool) -> None:
    pool.loading = asyncio.get_running_loop().create_future()


async def test_missing_models_show_in_health(tmp_path: Path) -> None:
    async with serving(tmp_path, prepare=_without_models) as server, server.http() as http:
        with pytest.raises(ModelError):
            await server.app.state.loading
        answer = await http.get("/healthz")
        assert answer.status_code == 503
        assert answer.json() == {"status": "failing", "reason": "The model is missing."}


def _without_models(pool: FakePool) -> None:
    _still_loading(pool)
    pool.loading.set_exception(ModelError("The model is missing."))


async def test_a_database_that_cannot_be_read_is_one_sentence(server: Running) -> None:
    with sqlite3.connect(server.store._database.engine.url.database or "") as connection:
        connection.execute("ALTER TABLE calls RENAME TO hidden")
    connection.close()
    async with server.http() as http:
        answer = await http.get("/api/calls")
    assert answer.status_code == 503
    assert "cannot be read" in answer.json()["error"]


async def test_metrics_count_what_happened_and_say_nothing_of_what_was_spoken(
    server: Running,
) -> None:
    async with server.source() as source, server.http() as http:
        await source.start("one", agent="ayşe")
        await source.speak(3)
        await source.acked(3 * RATE)
        call = server.pool.calls["one"]
        call.say("gizli sözler", start=0.5, end=2.5)
        call.sound(2.5)
        call.mumble("gizli")
        call.emit(Gap, start=0.0, length=1.5, reason="overload")
        server.pool.restarts = 2
        page = (await http.get("/metrics")).text
        figures = {
            (sample.name, *sorted(sample.labels.values())): sample.value
            for family in text_string_to_metric_families(page)
            for sample in family.samples
        }
        assert figures["assist_calls_running",] == 1
        assert figures["assist_audio_seconds_total",] == 3
        assert figures["assist_gaps_total", "overload"] == 1
        assert figures["assist_gap_seconds_total", "overload"] == 1.5
        assert figures["assist_partials_total",] == 1
        assert figures["assist_worker_restarts",] == 2
        assert figures["assist_event_latency_seconds_count", "utterance"] == 4
        assert figures["assist_event_latency_seconds_count", "tone"] == 1
        assert "gizli" not in page
        assert "one" not in {v for key in figures for v in key[1:]}
        await source.stop()
        assert 'assist_calls_total{reason="stop"} 1.0' in (await http.get("/metrics")).text


async def test_every_answer_carries_the_security_headers(server: Running) -> None:
    async with server.http() as http:
        for path in ("/", "/api/calls", "/nowhere", "/assets/nothing.js"):
            headers = (await http.get(path)).headers
            policy = headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "no-referrer"


async def test_other_sites_can_neither_post_nor_come_by_another_name(server: Running) -> None:
    async with server.http() as http:
        evil = {"origin": "https://evil.example"}
        assert (await http.post("/api/samples/any", headers=evil)).status_code == 403
        rebound = {"host": "rebound.example"}
        assert (await http.get("/api/calls", headers=rebound)).status_code == 403
        for name in ("localhost:1", "127.0.0.1", "[::1]:80"):
            assert (await http.get("/api/calls", headers={"host": name})).status_code == 200


async def test_a_page_that_is_not_built_says_how_to_build_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "STATIC", tmp_path / "static")
    async with serving(tmp_path) as server, server.http() as http:
        answer = await http.get("/")
        assert answer.status_code == 503
        assert "make web" in answer.text


async def test_the_page_and_its_assets_are_served_and_nothing_beside_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    static = tmp_path / "static"
    (static / "assets").mkdir(parents=True)
    (static / "index.html").write_text("<title>page</title>")
    (static / "assets" / "app.js").write_text("export {};")
    (static / "secret.txt").write_text("secret")
    (static / "assets" / "link.txt").symlink_to(tmp_path / "assist.db")
    monkeypatch.setattr(pages, "STATIC", static)
    async with serving(tmp_path) as server, server.http() as http:
        assert "page" in (await http.get("/")).text
        script = await http.get("/assets/app.js")
        assert script.headers["content-type"].startswith("text/javascript")
        host, port = server.address.split(":")
        for path in (
            "/assets/../secret.txt",
            "/assets/%2e%2e/secret.txt",
            "/assets/..%2fsecret.txt",
            "/assets/..%5csecret.txt",
            "/assets//etc/passwd",
            "/assets/%2fetc%2fpasswd",
            "/assets/link.txt",
            "/static/secret.txt",
            "/../../../../etc/passwd",
        ):
            # Written by hand: an HTTP client would tidy the path up before it sends it.
            reader, writer = await asyncio.open_connection(host, int(port))
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {server.address}\r\n\r\n".encode())
            status = await reader.readline()
            assert b" 404 " in status, path
            writer.close()


def _sample(folder: Path, name: str, seconds: float) -> None:
    folder.mkdir(exist_ok=True)
    noise = np.random.default_rng(1).normal(0, 0.01, (int(seconds * RATE), 2))
    soundfile.write(folder / f"{name}.flac", noise, RATE)


async def test_samples_are_listed_and_one_is_played_into_this_server_as_a_live_call(
    tmp_path: Path,
) -> None:
    samples = tmp_path / "samples"
    _sample(samples, "tr_example", 1.2)
    (samples / "tr_example.json").write_text('{"language":"tr","title":"Örnek","turns":[]}')
    _sample(samples, "plain", 0.5)
    async with serving(tmp_path) as server, server.http() as http:
        assert (await http.get("/api/samples")).json()["samples"] == [
            {"name": "plain", "language": "auto", "title": "plain"},
            {"name": "tr_example", "language": "tr", "title": "Örnek"},
        ]
        async with server.page() as page:
            played = await http.post("/api/samples/tr_example")
            assert played.status_code == 202
            call_id = played.json()["call_id"]
            again = await http.post("/api/samples/tr_example")
            assert again.status_code == 409
            assert "playing already" in again.json()["error"]
            hello = await page.until("hello", call_id=call_id)
            assert hello["language"] == "tr"
            assert (await page.until("call_ended"))["duration"] == pytest.approx(1.2, abs=0.01)
        call = server.pool.calls[call_id]
        assert call.live
        assert [role.value for role in call.info.roles] == ["agent", "caller"]
        assert (await http.post("/api/samples/nothing")).status_code == 404
        assert (await http.post("/api/samples/..%2f..%2fetc")).status_code == 404
        assert (await http.get("/api/samples/tr_example")).status_code == 405


async def test_a_sample_that_the_server_cannot_take_is_told_so(tmp_path: Path) -> None:
    _sample(tmp_path / "samples", "one", 0.5)
    async with (
        serving(tmp_path, max_calls=1) as server,
        server.http() as http,
        server.source() as source,
    ):
        await source.start("running")
        answer = await http.post("/api/samples/one")
        assert answer.status_code == 503
        assert "full" in answer.json()["error"]
        await source.stop()
