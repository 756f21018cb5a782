"""The list of calls: filtered, paged and taken out as a file."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from tests.server.fakes import Running, serving


async def spoken(server: Running, call_id: str, seconds: int = 2, **fields: Any) -> None:
    async with server.source() as source:
        await source.start(call_id, **fields)
        await source.speak(seconds)
        server.pool.calls[call_id].ending = {"outcome": "solved", "topic": "delivery/late"}
        await source.stop()


async def test_calls_are_found_by_words_and_filters(server: Running) -> None:
    await spoken(server, "one", agent="ayşe", language="tr")
    await spoken(server, "two", 3, agent="=can", language="tr")
    async with server.http() as http, server.source() as source:
        await source.start("running", language="tr")
        await source.speak(1)
        await source.acked(8000)
        server.pool.calls["running"].say("Siparişim gelmedi.", start=0.5)

        async def ids(query: str) -> list[str]:
            await server.store.flush()
            answer = (await http.get(f"/api/calls?{query}")).json()
            return [call["call_id"] for call in answer["calls"]]

        one = (await http.get("/api/calls?agent=ay%C5%9Fe")).json()["calls"][0]
        assert (one["reason"], one["topic"], one["outcome"]) == ("stop", "delivery/late", "solved")
        assert (one["tone"], one["score"], one["recording"], one["hit"]) == ("", None, True, None)
        assert await ids("q=siparis") == ["running"]
        assert await ids("q=second+3") == ["two"]
        hit = (await http.get("/api/calls?q=%223%22")).json()["calls"][0]["hit"]
        assert hit == {"channel": "caller", "start": 0.0, "text": "second 3"}
        assert await ids("min_duration=2.5") == ["two"]
        assert await ids("topic=delivery&limit=1") == ["two"]
        assert await ids("from=2020-01-01&to=2020-01-02") == []
        assert await ids("from=2020-01-01T09:30:00%2B03:00") == ["running", "two", "one"]
        first = (await http.get("/api/calls?limit=2")).json()
        rest = (await http.get(f"/api/calls?limit=2&after={first['next']}")).json()
        listed = [call["call_id"] for call in first["calls"] + rest["calls"]]
        assert (listed, rest["next"]) == (["running", "two", "one"], None)
        await source.stop()


@pytest.mark.parametrize(
    "query",
    [
        "tone=cross",
        "min_duration=long",
        "max_score=nan",
        "min_score=-1",
        "from=yesterday",
        "to=2026-13-01",
        "to=9999-12-31",
        "after=x",
        "agent=%00",
        "q=" + "a" * 501,
    ],
)
async def test_a_wrong_parameter_is_named(server: Running, query: str) -> None:
    async with server.http() as http:
        answer = await http.get(f"/api/calls?{query}")
        assert answer.status_code == 400
        assert f"`{query.split('=', maxsplit=1)[0]}`" in answer.json()["error"]


async def test_what_is_found_is_taken_out_for_other_programs(server: Running) -> None:
    await spoken(server, "one", agent="ayşe", language="tr")
    await spoken(server, "two", 3, agent="=1+1", language="tr")
    async with server.http() as http:
        answer = await http.get("/api/calls/export")
        assert answer.headers["content-disposition"] == 'attachment; filename="calls.csv"'
        assert answer.content.startswith(b"\xef\xbb\xbf")
        two, one = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";")
        assert (one["call_id"], one["agent"], one["duration"]) == ("one", "ayşe", "2")
        assert (two["agent"], two["score"], two["running"]) == ("'=1+1", "", "0")
        assert len(one["started_at"]) == len("2026-03-01 09:30:00")

        rows = json.loads((await http.get("/api/calls/export?format=json&agent=ayşe")).content)
        assert [(row["call_id"], row["outcome"]) for row in rows] == [("one", "solved")]

        file = (await http.get("/api/calls/export?format=parquet&q=second")).content
        table = parquet.read_table(io.BytesIO(file))
        assert table.column("call_id").to_pylist() == ["two", "one"]
        assert table.column("duration").to_pylist() == [3.0, 2.0]
        assert str(table.schema.field("started_at").type) == "timestamp[us, tz=UTC]"
        assert (await http.get("/api/calls/export?format=xml")).status_code == 400


async def test_an_export_that_is_too_large_says_what_to_do(tmp_path: Path) -> None:
    async with serving(tmp_path, store={"export_rows": 1}) as server, server.http() as http:
        await spoken(server, "one")
        assert (await http.get("/api/calls/export")).status_code == 200
        await spoken(server, "two")
        answer = await http.get("/api/calls/export")
        assert answer.status_code == 413
        assert "store.export_rows" in answer.json()["error"]
