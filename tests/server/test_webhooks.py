"""What other systems are told of calls, and what is known of customers."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr, ValidationError

from assist.config import WebhookSettings
from assist.events import Due, Promise
from assist.server import webhooks
from tests.server.fakes import Running, serving
from tests.waiting import until

KEY = b"a key of thirty-two bytes or so.."
SECRET = "whsec_" + base64.b64encode(KEY).decode()


class Receiver:
    """Another system's address: keeps what it is told, and answers with `status`."""

    def __init__(self) -> None:
        self.status = 204
        self.taken: list[dict[str, Any]] = []
        self.ids: list[str] = []
        self.asked = 0
        self.news = asyncio.Condition()
        self.url = ""

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[Receiver]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = "http://{}:{}/hooks".format(*server.sockets[0].getsockname())
        async with server:
            yield self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                lines = [line.partition(": ") for line in head.split("\r\n")[1:]]
                headers = {name.lower(): value for name, _, value in lines}
                body = await reader.readexactly(int(headers["content-length"]))
                await self._take(headers, body)
                writer.write(f"HTTP/1.1 {self.status} X\r\ncontent-length: 0\r\n\r\n".encode())
                await writer.drain()
        writer.close()

    async def _take(self, headers: dict[str, str], body: bytes) -> None:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        mac = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{mac}"
        self.asked += 1
        if self.status < 300:
            self.taken.append(json.loads(body))
            self.ids.append(headers["webhook-id"])
        async with self.news:
            self.news.notify_all()

    async def until(self, ready: Callable[[], bool]) -> None:
        async with self.news:
            await asyncio.wait_for(self.news.wait_for(ready), 20)


def told(receiver: Receiver, **more: Any) -> WebhookSettings:
    return WebhookSettings(url=receiver.url, secret=SecretStr(SECRET), **more)


async def a_call(server: Running, call_id: str = "one", *, promises: bool = False) -> None:
    async with server.source() as source:
        await source.start(call_id, agent="Ali", customer="c-1")
        call = server.pool.calls[call_id]
        if promises:
            for number, due in enumerate((Due(text="yarın", days=1), None), start=1):
                fields = {"id": f"p{number}", "kind": "promise", "quote": "Arayacağım."}
                call.emit(Promise, start=1.0, due=due, **fields)
        call.ending = {"outcome": "open", "topic": "delivery/late"}
        await source.stop()


async def waiting_and_dead(http: httpx.AsyncClient) -> dict[str, Any]:
    answer: dict[str, Any] = (await http.get("/api/webhooks")).json()
    return answer


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "_FIRST_WAIT", 0.05)


async def test_an_ended_call_is_told_signed_and_once(tmp_path: Path) -> None:
    async with (
        Receiver().listening() as receiver,
        serving(tmp_path, webhooks=told(receiver)) as server,
    ):
        await a_call(server, promises=True)
        await receiver.until(lambda: len(receiver.taken) == 1)
        (message,) = receiver.taken
        assert message["type"] == "call.ended"
        data = message["data"]
        assert (data["call_id"], data["topic"], data["outcome"]) == ("one", "delivery/late", "open")
        assert [bool(one["due_at"]) for one in data["promises"]] == [True, False]
        assert receiver.ids == ["ended-one"]
    async with receiver.listening(), serving(tmp_path, webhooks=told(receiver)) as server:
        await a_call(server, "two")  # what a start finds untold comes before this
        await receiver.until(lambda: len(receiver.taken) == 2)
    assert receiver.ids == ["ended-one", "ended-two"]


async def test_what_people_put_right_is_told_too(tmp_path: Path) -> None:
    async with (
        Receiver().listening() as receiver,
        serving(tmp_path, webhooks=told(receiver)) as server,
    ):
        await a_call(server)
        async with server.page("call=one") as page:
            mark = {"type": "annotation", "call_id": "one", "id": "mark-0001", "kind": "outcome"}
            await page.socket.send(json.dumps(mark | {"value": "solved"}))
            await receiver.until(lambda: len(receiver.taken) == 2)
        assert [m["type"] for m in receiver.taken] == ["call.ended", "call.corrected"]
        assert receiver.taken[1]["data"]["outcome"] == "solved"


@pytest.mark.usefixtures("impatient")
async def test_a_message_is_tried_until_it_is_taken(tmp_path: Path) -> None:
    receiver = Receiver()
    receiver.status = 503
    async with receiver.listening(), serving(tmp_path, webhooks=told(receiver)) as server:
        await a_call(server)
        await receiver.until(lambda: receiver.asked >= 3)
        receiver.status = 200
        await receiver.until(lambda: len(receiver.taken) == 1)
        async with server.http() as http:
            assert not (
                await until(lambda: waiting_and_dead(http), lambda dead: not dead["waiting"])
            )["given_up"]


@pytest.mark.usefixtures("impatient")
async def test_what_was_given_up_is_listed_and_can_be_sent_again(tmp_path: Path) -> None:
    receiver = Receiver()
    receiver.status = 302  # a redirect is followed nowhere
    async with (
        receiver.listening(),
        serving(tmp_path, webhooks=told(receiver, attempts=2)) as server,
        server.http() as http,
    ):
        await a_call(server)
        dead = await until(lambda: waiting_and_dead(http), lambda dead: dead["given_up"])
        assert dead["waiting"] == 0
        (one,) = dead["given_up"]
        assert (one["id"], one["attempts"], one["error"]) == ("ended-one", 2, "HTTP 302")
        receiver.status = 200
        assert (await http.post("/api/webhooks/ended-one/retry")).status_code == 202
        await receiver.until(lambda: len(receiver.taken) == 1)
        again = await http.post("/api/webhooks/ended-one/retry")
        assert again.status_code == 400
        assert "no message" in again.json()["error"]


async def test_what_ended_while_nobody_could_tell_is_told_after_the_start(tmp_path: Path) -> None:
    async with serving(tmp_path) as server:
        await a_call(server)
    async with Receiver().listening() as receiver, serving(tmp_path, webhooks=told(receiver)):
        await receiver.until(lambda: len(receiver.taken) == 1)
    assert receiver.ids == ["ended-one"]


def test_an_address_needs_a_secret_and_is_one() -> None:
    for wrong in (
        {"url": "http://127.0.0.1:1/x"},
        {"url": "ftp://x/y", "secret": SECRET},
        {"url": "http://u:p@x/y", "secret": SECRET},
    ):
        with pytest.raises(ValidationError):
            WebhookSettings(**wrong)


# Customers


async def test_a_customer_is_remembered(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, server.http() as http:
        await a_call(server, promises=True)
        await a_call(server, "two")
        known = (await http.get("/api/customers/c-1")).json()
        assert [call["call_id"] for call in known["calls"]] == ["two", "one"]
        assert [one["state"] for one in known["promises"]] == ["open", "open"]
        async with server.page("call=two") as page:
            mark = {"type": "annotation", "call_id": "two", "id": "mark-0001", "kind": "promise"}
            await page.socket.send(json.dumps(mark | {"about": "one/p1", "value": "kept"}))
            await page.until("annotation")
        await server.store.flush()
        known = (await http.get("/api/customers/c-1")).json()
        assert [one["state"] for one in known["promises"]] == ["kept", "open"]
        assert (await http.get("/api/customers/nobody")).json()["calls"] == []


async def test_the_tone_that_suits_a_customer_goes_into_the_next_call(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, server.http() as http:
        await a_call(server)
        assert server.pool.calls["one"].info.style == ""
        for style in ("warm", "factual"):
            answer = await http.put("/api/customers/c-1", json={"style": style})
            assert answer.status_code == 200
        assert (await http.get("/api/customers/c-1")).json()["style"] == "factual"
        await a_call(server, "two")
        assert server.pool.calls["two"].info.style == "factual"
        wrong = await http.put("/api/customers/c-1", json={"style": "loud"})
        assert wrong.status_code == 400
