"""Which sites may talk to the server, and what their browsers are told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs
from websockets.exceptions import InvalidStatus

from assist.config import ServerSettings
from assist.server.security import security_headers
from tests.server.fakes import Running, serving

CRM = "https://crm.example"
EXTENSION = "chrome-extension://abcdefghijklmnopabcdefghijklmnop"
EVIL = "https://crm.example.evil.example"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Running]:
    async with serving(tmp_path, allowed_origins=(CRM, EXTENSION)) as running:
        yield running


@pytest.mark.parametrize("path", ["/api/calls", "/api/samples", "/healthz"])
async def test_an_allowed_page_may_read_the_answer_and_no_other_gets_one(
    server: Running, path: str
) -> None:
    async with server.http() as http:
        allowed = await http.get(path, headers={"origin": CRM})
        assert allowed.headers["access-control-allow-origin"] == CRM
        assert "origin" in allowed.headers["vary"].lower()
        assert allowed.headers["access-control-allow-credentials"] == "true"
        refused = await http.get(path, headers={"origin": EVIL})
        assert refused.status_code == 403
        assert "server.allowed_origins" in refused.text
        assert "access-control-allow-origin" not in refused.headers
        own = await http.get(path)
        assert own.status_code == 200
        assert "access-control-allow-origin" not in own.headers
        # A cache must not give one site's answer to another.
        assert "origin" in own.headers["vary"].lower()


async def test_a_browser_that_asks_beforehand_is_answered(server: Running) -> None:
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "x"}
    async with server.http() as http:
        answer = await http.options("/api/samples/any", headers={"origin": CRM, **asked})
        assert answer.status_code == 204
        assert "POST" in answer.headers["access-control-allow-methods"]
        assert answer.headers["access-control-allow-headers"] == "content-type"
        refused = await http.options("/api/samples/any", headers={"origin": EVIL, **asked})
        assert refused.status_code == 403


@pytest.mark.parametrize("origin", [CRM, EXTENSION])
async def test_an_allowed_page_may_open_websockets(server: Running, origin: str) -> None:
    async with server.source(origin=origin) as source, server.page(origin=origin) as page:
        assert await source.start("one") == [0]
        await page.until("hello", call_id="one")
        await source.stop()


@pytest.mark.parametrize("origin", [EVIL, "null", "http://crm.example", "https://crm.example:444"])
async def test_every_other_page_may_not(server: Running, origin: str) -> None:
    for connection in (server.source(origin=origin), server.page(origin=origin)):
        with pytest.raises(InvalidStatus) as refused:
            async with connection:
                pass
        assert refused.value.response.status_code == 403


async def test_a_refused_site_is_told_of_once_where_the_operator_looks(server: Running) -> None:
    async with server.http() as http:
        with capture_logs() as logs:
            for origin in (EVIL, EVIL, "https://other.example", CRM):
                await http.get("/api/calls", headers={"origin": origin})
    told = [entry["origin"] for entry in logs if entry["event"] == "site refused"]
    assert told == [EVIL, "https://other.example"]


async def test_nobody_else_is_allowed_by_default(tmp_path: Path) -> None:
    async with serving(tmp_path) as server, server.http() as http:
        assert (await http.get("/api/calls", headers={"origin": CRM})).status_code == 403
        policy = (await http.get("/")).headers["content-security-policy"]
        assert policy.endswith("frame-ancestors 'self'")


def test_allowed_pages_may_frame_ours_and_extensions_need_not() -> None:
    policy = security_headers((CRM, EXTENSION))["content-security-policy"]
    assert policy.endswith(f"frame-ancestors 'self' {CRM}")


def test_the_policy_lets_no_string_become_code() -> None:
    policy = security_headers()["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy


@pytest.mark.parametrize(
    ("origin", "reason"),
    [
        ("*", "is no origin"),
        ("null", "is no origin"),
        ("crm.example", "is no origin"),
        ("https://CRM.example", "is no origin"),
        ("https://crm.example/", "is no origin"),
        ("https://*.example", "is no origin"),
        ("https://crm.example; script-src *", "is no origin"),
        ("https://crm.example:443", "leave it out"),
        ("http://crm.example:80", "leave it out"),
    ],
)
def test_what_is_no_exact_origin_is_refused(origin: str, reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        ServerSettings(allowed_origins=(origin,))


@pytest.mark.parametrize(
    "origin", ["https://crm.example", "http://127.0.0.1:3000", "http://[::1]:3000", EXTENSION]
)
def test_exact_origins_are_taken(origin: str) -> None:
    assert ServerSettings(allowed_origins=(origin,)).allowed_origins == (origin,)
