"""The description of the API is that of the server that runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from starlette.routing import Route

from assist.server.openapi import OPERATIONS, Operation, description, markdown, who_may
from assist.server.permissions import PERMISSIONS, Action
from tests.server.fakes import Running
from tests.server.test_recording import recorded
from tests.waiting import until

PAGE = Path(__file__).parents[2] / "docs" / "api.md"


def test_the_page_is_written_from_the_description() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown(), (
        "run `python -m assist.server.openapi --markdown > docs/api.md`"
    )


async def test_every_route_is_described_and_no_other(server: Running) -> None:
    there = {
        (method, re.sub(r":\w+}", "}", route.path))
        for route in server.app.routes
        if isinstance(route, Route) and route.path.startswith("/api/")
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert there == {(one.method, one.path) for one in OPERATIONS}


def test_every_reference_leads_somewhere() -> None:
    described = description()
    text = msgspec.json.encode(described).decode()
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', text))
    assert named <= described["components"]["schemas"].keys()
    assert {"CallPage", "Problem", "Utterance"} <= named | described["components"]["schemas"].keys()


def test_who_may_is_the_table_of_permissions() -> None:
    for action in Action:
        assert who_may(action) == [role for role in PERMISSIONS if action in PERMISSIONS[role]]


async def analysed(http: httpx.AsyncClient) -> bool:
    return bool((await http.get("/api/calls/one/reanalyses")).json()["reanalyses"])


def asked(one: Operation) -> str:
    return one.path.format(call_id="one", number="1", customer="c-1", name="one", id="ended-one")


@pytest.mark.parametrize(
    "one",
    [one for one in OPERATIONS if one.method == "GET"],
    ids=lambda one: one.path,
)
async def test_answers_are_of_the_type_that_is_described(
    server: Running, tmp_path: Path, one: Operation
) -> None:
    await recorded(server, tmp_path)
    async with server.http() as http:
        if "number" in one.path:
            await http.post("/api/calls/one/reanalyses")
            await until(lambda: analysed(http))
        answer = await http.get(asked(one))
        assert answer.status_code == one.status, answer.text
        if isinstance(one.answer, str):
            assert answer.headers["content-type"].partition(";")[0] == one.answer
        elif isinstance(one.answer, dict):
            body: dict[str, Any] = answer.json()
            assert body.keys() == one.answer.keys()
            for name, kind in one.answer.items():
                msgspec.convert(body[name], kind)
        else:
            msgspec.json.decode(answer.content, type=one.answer)
