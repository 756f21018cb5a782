"""Scorecards, reviews, ratings, coaching and reasons, as they are asked for."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from assist.config import StoreSettings
from assist.events import Event, Role, Situation, Utterance
from assist.guidance.quality import QUALITIES, RULES
from assist.guidance.scorecard import Scorecard, scorecard
from assist.server import scoring
from assist.store import Store
from tests.guidance.test_scorecard import GOOD, scored_events
from tests.server.fakes import Running, serving
from tests.server.test_people import Visitor, admin, call_of, token, user, visitor
from tests.store.test_scorecards import STARTED, kept
from tests.waiting import until

__all__ = ["admin"]


async def called(server: Running, call_id: str, **fields: Any) -> None:
    """A call in which the good dialogue was said."""
    async with server.source() as source:
        await source.start(call_id, language="en", **fields)
        await source.speak(1)
        call = server.pool.calls[call_id]
        call.ending = {"outcome": "solved", "topic": "billing/overcharge"}
        for event in scored_events(GOOD, "en"):
            if isinstance(event, Utterance):
                said = {name: getattr(event, name) for name in event.__struct_fields__}
                call.emit(Utterance, **_without_stamp(said))
            elif isinstance(event, Situation):
                shown = {name: getattr(event, name) for name in event.__struct_fields__}
                call.emit(Situation, **_without_stamp(shown))
        await source.stop()


def _without_stamp(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in fields.items() if name not in ("call_id", "seq", "position")
    }


async def got(http: httpx.AsyncClient, path: str) -> Any:
    answer = await http.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def scores(http: httpx.AsyncClient) -> dict[str, float | None]:
    """Of all calls, as the list has them."""
    return {call["call_id"]: call["score"] for call in (await got(http, "/api/calls"))["calls"]}


async def test_a_card_is_kept_when_the_call_is_over_and_search_knows_its_score(
    server: Running,
) -> None:
    await called(server, "one", agent="ayşe")
    async with server.http() as http:
        card = await got(http, "/api/calls/one/scorecard")
        found = {one["id"]: one for one in card["scorecard"]["qualities"]}
        assert tuple(found) == QUALITIES
        assert found["closing"]["score"] == 100 and found["composure"]["score"] is None
        quote = next(e for e in found["closing"]["evidence"] if e["rule"] == "closing_check")
        assert "anything else" in quote["text"] and quote["channel"] == Role.AGENT
        given = await until(lambda: scores(http), lambda found: None not in found.values())
        assert given == {"one": card["score"]}
        assert card["reviews"] == []


async def test_a_running_call_and_an_unknown_one_have_no_card(server: Running) -> None:
    async with server.http() as http, server.source() as source:
        await source.start("running")
        await source.speak(1)
        answer = await http.get("/api/calls/running/scorecard")
        assert answer.status_code == 409 and "still running" in answer.json()["error"]
        assert (await http.get("/api/calls/nobody/scorecard")).status_code == 404
        assert (await http.post("/api/calls/nobody/reviews", json={})).status_code == 404


async def test_a_review_is_signed_kept_once_and_counted(server: Running) -> None:
    await called(server, "one", agent="ayşe")
    said = {
        "quality": "closing", "verdict": "correct", "value": 40, "comment": "Şüpheli",
        "id": "a-review-0001", "author": "somebody else",
    }  # fmt: skip
    async with server.http() as http:
        made = await http.post("/api/calls/one/reviews", json=said)
        assert made.status_code == 201
        kept = made.json()
        assert (kept["machine"], kept["author"], kept["call_id"]) == (100, "", "one")
        assert kept["made_at"] and kept["version"]
        again = await http.post("/api/calls/one/reviews", json=said | {"value": 99})
        assert (again.status_code, again.json()) == (200, kept)
        card = await got(http, "/api/calls/one/scorecard")
        assert card["reviews"] == [kept] and card["corrected"]["closing"] == 40
        assert (await got(http, "/api/calls"))["calls"][0]["score"] == card["score"]
        agreement = (await got(http, "/api/scorecard/agreement"))["agreement"]
        closing = next(one for one in agreement if one["quality"] == "closing")
        assert (closing["reviewed"], closing["difference"]) == (1, 60)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("reviews", {"quality": "charm", "verdict": "accept"}),
        ("reviews", {"quality": "closing", "verdict": "accept", "value": 3}),
        ("reviews", {"quality": "closing", "verdict": "correct", "value": 101}),
        ("reviews", {"quality": "closing", "verdict": "perhaps"}),
        ("ratings", {"kind": "csat", "value": 6, "scale": [1, 5]}),
        ("ratings", {"kind": "csat", "value": 1, "scale": [5, 5]}),
        ("ratings", {"kind": "Müşteri", "value": 1, "scale": [1, 5]}),
        ("ratings", {"value": 1}),
    ],
)
async def test_what_makes_no_sense_is_refused_with_a_sentence(
    server: Running, path: str, body: dict[str, Any]
) -> None:
    await called(server, "one")
    async with server.http() as http:
        answer = await http.post(f"/api/calls/one/{path}", json=body)
        assert answer.status_code == 400
        assert answer.json()["error"].endswith(".")
        assert (await got(http, "/api/calls/one/ratings"))["ratings"] == []


async def test_a_rating_reaches_the_reasons(server: Running) -> None:
    await called(server, "one", agent="ayşe", customer="c-7")
    async with server.http() as http:
        rating = {"kind": "csat", "value": 4, "scale": [1, 5]}
        made = await http.post("/api/calls/one/ratings", json=rating)
        assert made.status_code == 201 and made.json()["id"]
        assert len((await got(http, "/api/calls/one/ratings"))["ratings"]) == 1
        reasons = await got(http, "/api/reasons")
        (area,) = reasons["reasons"]
        assert (area["topic"], area["problems"][0]["topic"]) == ("billing", "billing/overcharge")
        assert area["satisfied"]["count"] == 1
        assert reasons["ratings"][0]["all"]["mean"] == 75
        assert (await got(http, "/api/reasons?agent=can"))["calls"] == 0
        assert (await got(http, "/api/reasons?from=2020-01-01&to=2020-01-31"))["calls"] == 0


async def test_coaching_is_by_agent_and_time(server: Running) -> None:
    for n in range(2):
        await called(server, f"c{n}", agent="ayşe")
    async with server.http() as http:
        for n in range(2):
            await got(http, f"/api/calls/c{n}/scorecard")
        (one,) = (await got(http, "/api/coaching"))["agents"]
        assert (one["agent"], one["calls"], one["by"]) == ("ayşe", 2, "week")
        assert (await got(http, "/api/coaching?agent=can"))["agents"] == []
        assert (await got(http, "/api/coaching?team=none"))["agents"] == []
        for query in ("from=yesterday", "from=2026-03-02&to=2026-03-01", "from=1990-01-01"):
            answer = await http.get(f"/api/coaching?{query}")
            assert answer.status_code == 400 and answer.json()["error"].endswith(".")


async def test_names_of_everything_are_there_in_both_languages(server: Running) -> None:
    async with server.http() as http:
        names = await got(http, "/api/scorecard/names")
    for language in ("tr", "en"):
        assert set(names[language]["qualities"]) == set(QUALITIES)
        assert set(names[language]["rules"]) == set(RULES)
    assert names["tr"]["qualities"]["patience"] == "Sabır"


async def test_everybody_sees_what_they_may_and_only_those_who_judge_review(admin: Visitor) -> None:
    await call_of(admin, "ali", "of-ali")
    await call_of(admin, "can", "of-can")
    said = {"quality": "closing", "verdict": "correct", "value": 40}
    rating = {"kind": "nps", "value": 9, "scale": [0, 10]}
    async with (
        user(admin, "ali", "agent", "kuzey") as ali,
        user(admin, "eda", "supervisor", "kuzey") as eda,
        visitor(admin.server, authorization=f"Bearer {await token(admin, 'reader')}") as survey,
    ):
        assert (await ali.http.get("/api/calls/of-ali/scorecard")).status_code == 200
        assert (await ali.http.get("/api/calls/of-can/scorecard")).status_code == 404
        assert (await ali.http.post("/api/calls/of-ali/reviews", json=said)).status_code == 403
        assert (await eda.http.post("/api/calls/of-can/reviews", json=said)).status_code == 404
        made = await eda.http.post("/api/calls/of-ali/reviews", json=said)
        assert (made.status_code, made.json()["author"]) == (201, "eda")
        assert (await ali.http.post("/api/calls/of-ali/ratings", json=rating)).status_code == 403
        rated = await survey.http.post("/api/calls/of-can/ratings", json=rating)
        assert (rated.status_code, rated.json()["author"]) == (201, "reader")
        counts = [(await got(one.http, "/api/reasons"))["calls"] for one in (ali, eda, admin)]
        assert counts == [1, 1, 2]
        assert (await got(admin.http, "/api/reasons?team=kuzey"))["calls"] == 1
        assert (await got(ali.http, "/api/reasons?agent=can"))["calls"] == 0


async def test_calls_of_before_get_their_cards_after_a_start_and_a_bad_one_stops_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Store.open(StoreSettings(url=f"sqlite:///{tmp_path}/assist.db"))
    for n, call_id in enumerate(("first", "broken", "last")):
        await kept(before, call_id, at=STARTED + timedelta(days=n), scored=False)
    await before.close()

    def breaking(events: list[Event]) -> Scorecard:
        if events[0].call_id == "broken":
            raise ValueError("a mistake of ours")
        return scorecard(events)

    monkeypatch.setattr(scoring, "scorecard", breaking)
    async with serving(tmp_path) as server, server.http() as http:
        given = await until(lambda: scores(http), lambda found: found["first"] is not None)
        assert given["first"] == given["last"] is not None
        assert given["broken"] is None
        await called(server, "now")
        await until(lambda: scores(http), lambda found: found["now"] is not None)
