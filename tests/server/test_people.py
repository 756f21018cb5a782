"""Signing in, and who may do what: on the real server, by real requests."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.routing import Route, WebSocketRoute
from websockets.asyncio.client import connect

from assist.config import Settings, SignInSettings, StoreSettings
from assist.errors import ConfigError, StoreError
from assist.server.people import administer
from assist.server.permissions import MACHINES, PERMISSIONS, ROLES, Action, Reach, Who
from assist.store import Store
from tests.server.fakes import Page, Running, Source, serving

PASSWORD = "gizli parola 7"
ADMIN = {"name": "Ayşe", "password": PASSWORD}


class Visitor:
    """Somebody's browser: keeps its cookie, and opens websockets with it."""

    def __init__(self, server: Running, http: httpx.AsyncClient) -> None:
        self.server = server
        self.http = http

    async def accept(self, link: str, **fields: str) -> httpx.Response:
        body = {"password": PASSWORD, "link": link.partition("#")[2], **fields}
        return await self.http.post("/api/welcome", json=body)

    async def sign_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        return await self.http.post("/api/sign-in", json={"name": name, "password": password})

    def _headers(self) -> dict[str, str]:
        return {"cookie": "; ".join(f"{k}={v}" for k, v in self.http.cookies.items())}

    def page(self, query: str = "call=latest") -> contextlib.AbstractAsyncContextManager[Page]:
        return self.server.page(query, additional_headers=self._headers())

    def source(self) -> contextlib.AbstractAsyncContextManager[Source]:
        return self.server.source(additional_headers=self._headers())

    async def calls(self) -> list[str]:
        answer = await self.http.get("/api/calls")
        return [call["call_id"] for call in answer.json()["calls"]]

    async def marks(self, call_id: str) -> list[tuple[str, str, str]]:
        answer = await self.http.get(f"/api/calls/{call_id}/annotations")
        return [(m["kind"], m["author"], m["text"]) for m in answer.json()["annotations"]]


@contextlib.asynccontextmanager
async def visitor(server: Running, **headers: str) -> AsyncIterator[Visitor]:
    async with server.http() as http:
        http.headers.update(headers)
        yield Visitor(server, http)


@pytest.fixture
async def admin(server: Running) -> AsyncIterator[Visitor]:
    """The first administrator, made by the link that a server without users gives out."""
    async with visitor(server) as found:
        link = await server.app.state.people.first_link()
        answer = await found.accept(f"/welcome#{link}", name="Ayşe")
        assert answer.status_code == 200, answer.text
        yield found


@contextlib.asynccontextmanager
async def user(admin: Visitor, name: str, role: str, team: str = "", **more: Any) -> AsyncIterator:
    body = {"name": name, "role": role, "team": team, **more}
    added = await admin.http.post("/api/users", json=body)
    assert added.status_code == 201, added.text
    async with visitor(admin.server) as found:
        assert (await found.accept(added.json()["link"])).status_code == 200
        yield found


async def token(admin: Visitor, role: str) -> str:
    made = await admin.http.post("/api/tokens", json={"name": role, "role": role})
    assert made.status_code == 201
    return made.json()["token"]


async def call_of(admin: Visitor, agent: str, call_id: str) -> None:
    async with admin.source() as source:
        await source.start(call_id, agent=agent)
        await source.speak()
        await source.acked(8000)
        await source.stop()


# Coming in


async def test_without_users_nobody_has_to_sign_in(server: Running) -> None:
    async with visitor(server) as anybody:
        me = (await anybody.http.get("/api/me")).json()
        assert me["users"] is False
        assert set(me["may"]) == set(Action)
        assert await anybody.calls() == []


async def test_the_first_link_makes_an_administrator_once(server: Running, admin: Visitor) -> None:
    me = (await admin.http.get("/api/me")).json()
    assert (me["name"], me["role"], me["users"]) == ("Ayşe", "administrator", True)
    assert await server.app.state.people.first_link() is None
    cookie = admin.http.cookies.jar
    (session,) = cookie
    assert session.has_nonstandard_attr("HttpOnly")
    assert session.get_nonstandard_attr("SameSite") == "lax"


async def test_a_link_is_good_once(server: Running) -> None:
    link = await server.app.state.people.first_link()
    async with visitor(server) as one, visitor(server) as other:
        assert (await one.accept(f"#{link}", name="Ayşe")).status_code == 200
        late = await other.accept(f"#{link}", name="Mallory")
        assert late.status_code == 403
        assert "has been used" in late.json()["error"]


async def test_once_there_are_users_nobody_unknown_gets_in(admin: Visitor) -> None:
    server = admin.server
    routes = [route for route in server.app.routes if isinstance(route, Route)]
    async with visitor(server) as nobody:
        for route in routes:
            path = route.path.replace("{call_id}", "one").replace("{name}", "one")
            if path in ("/sign-in", "/welcome", "/healthz") or path.startswith("/embed/"):
                continue
            for method in route.methods or ():
                answer = await nobody.http.request(method, path)
                refused = answer.status_code == 401
                asked_for = path in ("/api/sign-in", "/api/welcome") and answer.status_code == 400
                assert refused or asked_for, (method, path, answer.status_code)
        page = await nobody.http.get("/", headers={"accept": "text/html"})
        assert page.status_code == 303
        assert page.headers["location"] == "/sign-in?next=/"
    for route in server.app.routes:
        if isinstance(route, WebSocketRoute):
            async with connect(f"ws://{server.address}{route.path}") as socket:
                sentence, code = await Page(socket).refused()
                assert code == 4401
                assert "sign in" in sentence


async def test_a_wrong_password_tells_nothing_and_many_have_to_wait(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, visitor(server) as admin:
        link = await server.app.state.people.first_link()
        await admin.accept(f"#{link}", name="Ayşe")
        async with visitor(server) as guesser:
            wrong = await guesser.sign_in("Ayşe", "wrong")
            unknown = await guesser.sign_in("Nobody", "wrong")
            assert wrong.status_code == unknown.status_code == 401
            assert wrong.json() == unknown.json()
            for _ in range(SignInSettings().attempts - 1):
                await guesser.sign_in("Ayşe", "wrong")
            assert (await guesser.sign_in("Ayşe")).status_code == 429
            assert (await guesser.sign_in("Nobody", "wrong")).status_code == 401
        lines = (await admin.http.get("/api/record")).json()["lines"]
        assert {"sign_in_refused", "signed_in", "password_chosen"} <= {x["action"] for x in lines}


async def test_signing_out_ends_the_session_for_good(admin: Visitor) -> None:
    cookies = dict(admin.http.cookies)
    await admin.http.post("/api/sign-out")
    assert (await admin.http.get("/api/me")).status_code == 401
    admin.http.cookies.update(cookies)
    assert (await admin.http.get("/api/me")).status_code == 401
    admin.http.cookies.clear()
    assert (await admin.sign_in("Ayşe")).status_code == 200
    assert (await admin.http.get("/api/me")).status_code == 200


@pytest.mark.parametrize("password", ["short", "x" * 201, ""])
async def test_a_password_has_a_length(server: Running, password: str) -> None:
    link = await server.app.state.people.first_link()
    async with visitor(server) as one:
        refused = await one.accept(f"#{link}", name="Ayşe", password=password)
        assert refused.status_code == 400
        assert "10 to 200 characters" in refused.json()["error"]
        assert (await one.accept(f"#{link}", name="Ayşe")).status_code == 200


@pytest.mark.parametrize("body", ["", "[]", '{"name": 1}', '{"nam": "x", "password": "y"}', "\xff"])
async def test_what_cannot_be_read_is_one_sentence(server: Running, body: str) -> None:
    async with visitor(server) as one:
        answer = await one.http.post("/api/sign-in", content=body.encode("latin-1"))
        assert answer.status_code == 400
        assert "cannot be read" in answer.json()["error"]


async def test_who_signs_in_stays_signed_in_when_the_server_restarts(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, visitor(server) as admin:
        await admin.accept(f"#{await server.app.state.people.first_link()}", name="Ayşe")
        cookies = dict(admin.http.cookies)
        made = await token(admin, "telephony")
    async with serving(tmp_path) as server, visitor(server) as admin:
        admin.http.cookies.update(cookies)
        assert (await admin.http.get("/api/me")).json()["name"] == "Ayşe"
        headers = {"authorization": f"Bearer {made}"}
        async with server.source(additional_headers=headers) as source:
            assert await source.start("one", agent="Ali") == [0]


async def test_nothing_that_opens_the_door_is_in_the_database(
    tmp_path: Path, server: Running, admin: Visitor
) -> None:
    secrets = [*dict(admin.http.cookies).values(), await token(admin, "telephony"), PASSWORD]
    added = await admin.http.post("/api/users", json={"name": "Ali", "role": "agent"})
    secrets.append(added.json()["link"].partition("#")[2])
    await server.store.flush()
    files = [tmp_path / f"assist.db{end}" for end in ("", "-wal")]
    kept = b"".join(path.read_bytes() for path in files)
    assert b"telephony" in kept
    for secret in secrets:
        assert secret.encode() not in kept


# Who may do what


def test_an_administrator_may_do_everything_and_everything_is_in_the_table() -> None:
    assert set(PERMISSIONS) == {*ROLES, *MACHINES}
    assert PERMISSIONS["administrator"] == dict.fromkeys(Action, Reach.ALL)
    for role in ("agent", "supervisor"):
        assert Reach.ALL not in PERMISSIONS[role].values()
        assert Action.MANAGE not in PERMISSIONS[role]
    nobody = Who("x", "no such role", agent="Ali", team=frozenset({"Ali"}))
    for action in Action:
        assert not nobody.may(action)
        assert "Ali" not in nobody.reach(action)


async def test_calls_are_seen_by_their_agent_the_team_and_administrators(admin: Visitor) -> None:
    for agent, call_id in (("Ali", "of-ali"), ("Berk", "of-berk"), ("Can", "of-can"), ("", "x")):
        await call_of(admin, agent, call_id)
    async with (
        user(admin, "ali@firma", "agent", "kuzey", agent="Ali") as ali,
        user(admin, "Berk", "agent", "kuzey") as berk,
        user(admin, "Selin", "supervisor", "kuzey") as selin,
        user(admin, "Deniz", "supervisor", "") as deniz,
    ):
        assert await ali.calls() == ["of-ali"]
        assert await berk.calls() == ["of-berk"]
        assert set(await selin.calls()) == {"of-ali", "of-berk"}
        assert await deniz.calls() == []
        assert set(await admin.calls()) == {"of-ali", "of-berk", "of-can", "x"}
        for path in ("events", "annotations"):
            for visitor_, status in ((ali, 200), (selin, 200), (berk, 404), (deniz, 404)):
                answer = await visitor_.http.get(f"/api/calls/of-ali/{path}")
                assert answer.status_code == status, (path, status)
        async with ali.page("call=of-ali") as page:
            assert (await page.next())["call_id"] == "of-ali"
        async with berk.page("call=of-ali") as page:
            assert (await page.refused())[1] == 4404


async def test_the_latest_call_is_the_latest_of_ones_own(admin: Visitor) -> None:
    await call_of(admin, "Ali", "of-ali")
    await call_of(admin, "Berk", "of-berk")
    async with user(admin, "Ali", "agent") as ali, ali.page() as page:
        assert (await page.until("hello"))["call_id"] == "of-ali"
        async with admin.source() as source, admin.source() as other:
            await other.start("berk-again", agent="Berk")
            await source.start("ali-again", agent="Ali")
            hello = await page.until("hello")
            assert hello["call_id"] == "ali-again"


async def test_an_agent_brings_calls_of_their_own_alone(admin: Visitor) -> None:
    async with user(admin, "Ali", "agent") as ali:
        async with ali.source() as source:
            await source.start("mine")
            assert admin.server.pool.calls["mine"].info.agent == "Ali"
        async with ali.source() as source:
            await source.announce("not-mine", agent="Berk")
            sentence, code = await source.refused()
            assert code == 4403
            assert "your own" in sentence
        assert "not-mine" not in admin.server.pool.calls


async def test_marks_are_signed_and_only_whoever_may_makes_them(admin: Visitor) -> None:
    await call_of(admin, "Ali", "one")

    def mark(id_: str, kind: str, **fields: str) -> str:
        return json.dumps(
            {"type": "annotation", "call_id": "one", "id": id_, "kind": kind} | fields
        )

    async with (
        user(admin, "Ali", "agent", "kuzey") as ali,
        user(admin, "Selin", "supervisor", "kuzey") as selin,
        user(admin, "Berk", "agent", "kuzey") as berk,
    ):
        async with selin.page("call=one") as page:
            whisper = {"about": "whisper-1", "value": "sent", "text": "İadeyi önerin."}
            await page.socket.send(mark("whisper-1", "whisper", **whisper))
            assert (await page.until("annotation"))["author"] == "Selin"
        async with ali.page("call=one") as page:
            await page.socket.send(mark("seen-0001", "whisper", about="whisper-1", value="seen"))
            assert (await page.until("annotation"))["author"] == "Ali"
            await page.socket.send(mark("whisper-2", "whisper", about="whisper-2", value="sent"))
            assert "no call" in (await page.refused())[0]
        async with berk.page() as page:
            await page.socket.send(mark("note-0001", "note", text="x"))
            assert "no call" in (await page.refused())[0]
    assert await admin.marks("one") == [
        ("whisper", "Selin", "İadeyi önerin."),
        ("whisper", "Ali", ""),
    ]


@pytest.mark.parametrize("role", MACHINES)
async def test_a_token_opens_what_it_is_for(admin: Visitor, role: str) -> None:
    secret = await token(admin, role)
    headers = {"authorization": f"Bearer {secret}"}
    async with visitor(admin.server, **headers) as machine:
        expected = {action: action in PERMISSIONS[role] for action in Action}
        assert (await machine.http.get("/api/calls")).is_success is expected[Action.SEE]
        assert (await machine.http.get("/metrics")).is_success is expected[Action.MEASURE]
        assert (await machine.http.get("/api/users")).status_code == 403
        async with admin.server.source(additional_headers=headers) as source:
            if expected[Action.BRING]:
                assert await source.start(f"by-{role}", agent="Ali") == [0]
            else:
                assert (await source.refused())[1] == 4403
        await admin.http.delete(f"/api/tokens/{role}")
        assert (await machine.http.get("/api/calls")).status_code == 401


async def test_an_extension_gets_its_session_told_and_sends_it_with_the_websocket(
    tmp_path: Path,
) -> None:
    origin = "chrome-extension://abcdefghijklmnopabcdefghijklmnop"
    async with (
        serving(tmp_path, allowed_origins=(origin,)) as server,
        visitor(server, origin=origin) as extension,
    ):
        people = server.app.state.people
        await people.accept(await people.first_link(), "Ayşe", PASSWORD, "")
        session = (await extension.sign_in("Ayşe")).json()["session"]
        async with visitor(server) as page:
            assert (await page.sign_in("Ayşe")).json() == {}
        offered = {"subprotocols": ["assist", f"assist.{session}"], "origin": origin}
        async with server.source(**offered) as source:
            assert source.socket.subprotocol == "assist"
            assert await source.start("one") == [0]
            assert server.pool.calls["one"].info.agent == "Ayşe"
        async with server.page(subprotocols=["assist", "assist.wrong"]) as page_:
            assert (await page_.refused())[1] == 4401


async def test_a_disabled_user_is_out_at_once(admin: Visitor) -> None:
    await call_of(admin, "Ali", "of-ali")
    async with user(admin, "Ali", "agent") as ali, ali.page() as page:
        await page.until("hello", call_id="of-ali")
        changed = await admin.http.put("/api/users/Ali", json={"role": "agent", "disabled": True})
        assert changed.status_code == 200
        assert (await page.refused())[1] == 4401
        assert (await ali.http.get("/api/me")).status_code == 401
        assert (await ali.sign_in("Ali")).status_code == 401


async def test_one_administrator_has_to_stay(admin: Visitor) -> None:
    for body in ({"role": "administrator", "disabled": True}, {"role": "agent"}):
        answer = await admin.http.put("/api/users/Ayşe", json=body)
        assert answer.status_code == 400
        assert "has to stay" in answer.json()["error"]


async def test_people_are_managed_by_administrators_alone(admin: Visitor) -> None:
    async with user(admin, "Selin", "supervisor", "kuzey") as selin:
        requests = [
            ("GET", "/api/users"),
            ("POST", "/api/users"),
            ("PUT", "/api/users/Selin"),
            ("POST", "/api/users/Ayşe/link"),
            ("GET", "/api/tokens"),
            ("POST", "/api/tokens"),
            ("DELETE", "/api/tokens/any"),
            ("GET", "/api/record"),
        ]
        for method, path in requests:
            body = {"name": "x", "role": "administrator"}
            answer = await selin.http.request(method, path, json=body)
            assert answer.status_code == 403, (method, path)
        assert len((await admin.http.get("/api/users")).json()["users"]) == 2


async def test_a_new_link_gives_a_new_password(admin: Visitor) -> None:
    async with user(admin, "Ali", "agent") as ali:
        link = (await admin.http.post("/api/users/Ali/link")).json()["link"]
        assert (await ali.http.get("/api/me")).status_code == 200  # until it is used
        async with visitor(admin.server) as again:
            assert (await again.accept(link, password="yeni parola 99")).status_code == 200
        assert (await ali.http.get("/api/me")).status_code == 401
        assert (await ali.sign_in("Ali")).status_code == 401
        assert (await ali.sign_in("Ali", "yeni parola 99")).status_code == 200


# From the command line


async def test_an_administrator_can_be_made_while_the_server_is_stopped(tmp_path: Path) -> None:
    settings = Settings(store=StoreSettings(url=f"sqlite:///{tmp_path}/assist.db"))
    await administer(settings, "Ayşe", "ilk parola 11")
    await administer(settings, "Ayşe", PASSWORD)
    with pytest.raises(ConfigError, match="10 to 200"):
        await administer(settings, "Ayşe", "kısa")
    async with serving(tmp_path) as server, visitor(server) as admin:
        assert (await admin.sign_in("Ayşe", "ilk parola 11")).status_code == 401
        assert (await admin.sign_in("Ayşe")).status_code == 200
        with pytest.raises(StoreError, match="in use by another running server"):
            Store.open(settings.store)
