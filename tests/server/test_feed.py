import asyncio
import json
import socket as sockets
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from assist.config import StoreSettings
from assist.events import ToneLabel
from assist.store import Store
from tests.server.fakes import RATE, Page, Running, serving


async def test_a_page_gets_a_hello_and_then_the_events_as_they_come(server: Running) -> None:
    async with server.source() as source:
        await source.start("one", agent="ayşe", customer="c-7", language="tr")
        async with server.page("call=one") as page:
            hello = await page.until("hello")
            assert hello["call_id"] == "one"
            assert hello["running"]
            assert (hello["agent"], hello["customer"], hello["language"]) == ("ayşe", "c-7", "tr")
            await source.speak(2)
            events = await page.events(3)
            assert [e["type"] for e in events] == ["call_started", "utterance", "utterance"]
            assert [e["seq"] for e in events] == [1, 2, 3]
            server.pool.calls["one"].mumble("ben de")
            assert (await page.until("partial"))["stable"] == "ben de"
            await source.stop()
            assert (await page.until("call_ended"))["reason"] == "stop"


async def test_a_page_that_reconnects_misses_nothing_and_gets_nothing_twice(
    server: Running,
) -> None:
    async with server.source() as source:
        await source.start()
        got: list[int] = []
        for round_ in range(1, 5):
            async with server.page(f"call=one&after={got[-1] if got else 0}") as page:
                await source.speak(3)
                got += [e["seq"] for e in await page.events(2)]
                page.socket.transport.abort()
            await source.acked(3 * round_ * RATE)
        async with server.page(f"call=one&after={got[-1]}") as page:
            got += [e["seq"] for e in await page.events(13 - len(got))]
        assert got == list(range(1, 14))


async def test_a_slow_page_holds_nobody_up_and_catches_up_with_the_present(
    tmp_path: Path,
) -> None:
    async with serving(tmp_path, subscriber_backlog=5) as server, server.source() as source:
        await source.start()
        call = server.pool.calls["one"]
        raw = sockets.socket()
        raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
        raw.setblocking(False)
        host, port = server.address.split(":")
        await asyncio.get_running_loop().sock_connect(raw, (host, int(port)))
        url = f"ws://{server.address}/api/events?call=one"
        async with (
            connect(url, sock=raw, compression=None, max_queue=1, ping_interval=None) as slow,
            server.page("call=one") as quick,
        ):
            lagging = Page(slow)
            await lagging.until("call_started")
            rounds = 1500
            for number in range(rounds):
                call.sound(float(number), ToneLabel.UNSURE)
                call.say("x" * 2000)
                while number % 100 == 99 and (await quick.next()).get("seq") != 2 * number + 3:
                    pass
            call.sound(99_999.0, ToneLabel.ANGRY)
            await quick.until("tone", label="angry")

            texts, tones = 0, 0
            while True:
                message: dict[str, Any] = await lagging.next()
                texts += message["type"] == "utterance"
                tones += message["type"] == "tone"
                if message.get("label") == "angry":
                    break
            assert texts == rounds
            assert tones < rounds / 2
            await source.stop()


async def test_latest_waits_for_the_first_call_and_moves_on_with_the_next(
    server: Running,
) -> None:
    async with server.page() as page, server.source() as first, server.source() as second:
        assert (await page.next())["call_id"] is None
        await first.start("one")
        assert (await page.until("hello"))["call_id"] == "one"
        await first.speak(2)
        await page.until("utterance", call_id="one", seq=3)
        await second.start("two")
        hello = await page.until("hello")
        assert (hello["call_id"], hello["running"]) == ("two", True)
        await first.speak(1)
        await second.speak(1)
        events = await page.events(2)
        assert {e["call_id"] for e in events} == {"two"}
        assert [e["seq"] for e in events] == [1, 2]


async def test_an_ended_call_is_shown_from_the_store_also_after_a_restart(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, server.source() as source:
        await source.start()
        server.pool.calls["one"].suggest("s1")
        async with server.page("call=one") as page:
            await page.until("suggestion")
            await page.socket.send(_feedback("one", "s1", "used"))
            await page.until("feedback")
        await source.speak(2)
        await source.stop()
    async with serving(tmp_path) as again, again.page() as latest, again.page("call=one") as one:
        for page in (latest, one):
            hello = await page.next()
            assert (hello["call_id"], hello["running"]) == ("one", False)
            assert hello["feedback"] == {"s1": "used"}
            assert [e["seq"] for e in await page.events(5)] == [1, 2, 3, 4, 5]
        async with again.page("call=one&after=4") as page:
            assert [e["type"] for e in await page.events(1)] == ["call_ended"]


async def test_feedback_is_told_to_all_pages_of_the_call_and_kept(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        server.source() as source,
        server.page() as one,
        server.page("call=latest") as two,
    ):
        await source.start()
        server.pool.calls["one"].suggest("s1")
        for page in (one, two):
            await page.until("suggestion", id="s1")
        await one.socket.send(_feedback("one", "s1", "dismissed"))
        for page in (one, two):
            told = await page.until("feedback")
            assert (told["suggestion"], told["action"]) == ("s1", "dismissed")
        async with server.page("call=one") as later:
            assert (await later.next())["feedback"] == {"s1": "dismissed"}
        await source.stop()
        await two.until("call_ended")
        await two.socket.send(_feedback("one", "s1", "used"))
        assert (await one.until("feedback"))["action"] == "used"
    store = Store.open(StoreSettings(url=f"sqlite:///{tmp_path}/assist.db"))
    assert await store.feedback_of("one") == {"s1": "used"}
    await store.close()


async def test_feedback_on_what_never_was_and_garbage_are_refused(server: Running) -> None:
    async with server.source() as source:
        await source.start()
        for message, words in (
            (_feedback("one", "s9", "used"), "no suggestion 's9'"),
            (_feedback("nobody", "s1", "used"), "no suggestion 's1' in the call 'nobody'"),
            (_feedback("one", "s1", "eaten"), "not a message of a page"),
            ("{nonsense", "not a message of a page"),
            (b"\xff\xfe", "not a message of a page"),
        ):
            async with server.page("call=one") as page:
                await page.socket.send(message)
                sentence, code = await page.refused()
            assert words in sentence
            assert code == 1008
        await source.stop()


async def test_marks_are_told_to_all_pages_of_the_call_and_kept(tmp_path: Path) -> None:
    async with (
        serving(tmp_path) as server,
        server.source() as source,
        server.page() as one,
        server.page() as two,
        server.http() as http,
    ):
        await source.start(agent="ayşe")
        for page in (one, two):
            await page.until("call_started")
        await one.socket.send(_mark("mark-0001", "flag", value="raised", start=12.5))
        await one.socket.send(_mark("mark-0001", "flag", value="raised"))  # twice is once
        await one.socket.send(_mark("mark-0002", "note", text="İade ettim."))
        await one.socket.send(_mark("mark-0003", "flag", value="lowered", author="somebody"))
        for page in (one, two):
            told = [await page.until("annotation") for _ in range(3)]
            assert [t["id"] for t in told] == ["mark-0001", "mark-0002", "mark-0003"]
            assert told[0]["start"] == 12.5
            assert {t["author"] for t in told} == {"ayşe"}
            assert all(t["made_at"] for t in told)
        async with server.page("call=one") as later:
            counting = (await later.next())["annotations"]
            assert [(a["kind"], a["value"]) for a in counting] == [
                ("flag", "lowered"),
                ("note", ""),
            ]
            await source.stop()
            await later.socket.send(_mark("mark-0004", "outcome", value="unsolved"))
            assert (await later.until("annotation"))["value"] == "unsolved"
        answer = (await http.get("/api/calls/one/annotations")).json()
        assert [a["id"] for a in answer["annotations"]] == [f"mark-000{n}" for n in range(1, 5)]
        assert (await http.get("/api/calls/nobody/annotations")).status_code == 404
    async with serving(tmp_path) as again, again.page("call=one") as page:
        kept = (await page.next())["annotations"]
        assert {a["kind"]: a["value"] for a in kept} == {
            "flag": "lowered",
            "note": "",
            "outcome": "unsolved",
        }


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "star"}, "Invalid enum value 'star'"),
        ({"kind": "flag", "value": "up"}, "value of an annotation of the kind 'flag'"),
        ({"kind": "tone", "value": "angry"}, "about of an annotation of the kind 'tone'"),
        ({"kind": "situation", "about": "7", "value": ""}, "the kind 'situation' cannot be ''"),
        ({"kind": "flag", "value": "raised", "text": "!"}, "has no text"),
        ({"kind": "note", "text": "x" * 10_001}, "length"),
        ({"kind": "snooze", "value": "5", "start": -1}, ">= 0"),
        ({"kind": "note", "mark_id": "x"}, "matching regex"),
        ({"kind": "note", "call_id": "nobody"}, "no call 'nobody'"),
    ],
)
async def test_a_mark_that_makes_no_sense_is_refused_with_a_sentence(
    server: Running, fields: dict[str, Any], words: str
) -> None:
    async with server.source() as source:
        await source.start()
        async with server.page("call=one") as page:
            await page.socket.send(_mark(fields.pop("mark_id", "mark-0001"), **fields))
            sentence, code = await page.refused()
        assert words in sentence
        assert code == 1008
        async with server.page("call=one") as page:
            assert (await page.next())["annotations"] == []
        await source.stop()


async def test_a_page_knows_the_customers_earlier_calls_at_once(server: Running) -> None:
    async with server.source() as source:
        await source.start("one", customer="c-7", language="tr")
        server.pool.calls["one"].sound(2.0, ToneLabel.SAD)
        server.pool.calls["one"].ending = {"outcome": "unsolved", "topic": "delivery/late"}
        await source.stop()
    async with server.source() as source, server.page() as page:
        await source.start("two", customer="c-7")
        hello = await page.until("hello", call_id="two")
        [earlier] = hello["earlier"]
        assert (earlier["call_id"], earlier["outcome"], earlier["topic"], earlier["mood"]) == (
            "one",
            "unsolved",
            "delivery/late",
            "sad",
        )
        await source.stop()
    async with server.page("call=two") as page:
        assert (await page.next())["call_id"] == "two"


async def test_a_page_that_asks_for_what_there_is_not_is_told_so(server: Running) -> None:
    for query, words, expected in (
        ("call=nobody", "no call 'nobody'", 4404),
        ("call=../../etc/passwd", "no call", 4404),
        ("call=latest&after=-1", "`after`", 1008),
        ("call=latest&after=x", "`after`", 1008),
        ("call=latest&after=" + "9" * 30, "`after`", 1008),
    ):
        async with server.page(query) as page:
            sentence, code = await page.refused()
        assert words in sentence
        assert code == expected


async def test_only_pages_of_this_server_may_open_websockets(server: Running) -> None:
    for path in ("/api/events", "/api/ingest"):
        url = f"ws://{server.address}{path}"
        for origin in ("https://evil.example", "null", f"http://{server.address}.evil.example"):
            with pytest.raises(InvalidStatus) as refusal:
                await connect(url, origin=origin)  # type: ignore[arg-type]
            assert refusal.value.response.status_code == 403
        async with connect(url, origin=f"http://{server.address}"):  # type: ignore[arg-type]
            pass
        async with connect(url):
            pass


async def test_a_name_that_was_pointed_at_this_machine_is_refused(server: Running) -> None:
    host, port = server.address.split(":")
    url = f"ws://rebound.example:{port}/api/events"
    with pytest.raises(InvalidStatus) as refusal:
        await connect(url, host=host, port=int(port), origin=f"http://rebound.example:{port}")  # type: ignore[arg-type]
    assert refusal.value.response.status_code == 403


def _feedback(call_id: str, suggestion: str, action: str) -> str:
    return json.dumps(
        {"type": "feedback", "call_id": call_id, "suggestion": suggestion, "action": action}
    )


def _mark(mark_id: str, kind: str, call_id: str = "one", **fields: Any) -> str:
    return json.dumps(
        {"type": "annotation", "call_id": call_id, "id": mark_id, "kind": kind, **fields}
    )
