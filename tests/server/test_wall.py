"""The wall: which call needs help, what is told of it, and to whom."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.client import connect

from assist.config import WallSettings
from assist.events import (
    SAMPLE_RATE,
    CallPhase,
    Event,
    Gap,
    Mechanics,
    Phase,
    Role,
    Situation,
    Tone,
    ToneLabel,
    Utterance,
)
from assist.server.glance import Glance
from tests.server.fakes import Running, _Side

AGENT, CALLER = Role.AGENT, Role.CALLER


def event(kind: type[Event], at: float, **fields: Any) -> Any:
    return kind(call_id="one", seq=1, position=round(at * SAMPLE_RATE), **fields)


def tone(at: float, label: ToneLabel, confidence: float = 0.9, trend: float = 0.0) -> Tone:
    return event(
        Tone,
        at,
        start=at,
        end=at,
        label=label,
        probabilities={},
        valence=0.0,
        arousal=0.0,
        confidence=confidence,
        trend=trend,
        reasons=(),
    )


def situation(at: float, name: str, channel: Role = CALLER, confidence: float = 0.9) -> Situation:
    fields = {"situation": name, "channel": channel, "start": at, "quote": f"about {name}"}
    return event(Situation, at, confidence=confidence, **fields)


def said(at: float, channel: Role = AGENT, text: str = "Buyurun.") -> Utterance:
    return event(
        Utterance,
        at,
        channel=channel,
        start=at,
        end=at,
        text=text,
        language="tr",
        confidence=0.9,
        words=(),
    )


def mechanics(at: float, dead_air: float = 0.0) -> Mechanics:
    return event(
        Mechanics,
        at,
        talk_ratio=0.5,
        pace={},
        overtalk={},
        dead_air=dead_air,
        dead_air_total=0.0,
        monologue=0.0,
    )


def glance(*events: Event) -> Glance:
    seen = Glance(WallSettings())
    for one in events:
        seen.observe(one)
    return seen


def kinds(seen: Glance) -> list[str]:
    return [kind for kind, _, _ in seen.alerts]


def test_a_calm_call_needs_nobody() -> None:
    calm = glance(said(1), tone(2, ToneLabel.NEUTRAL), mechanics(4), tone(5, ToneLabel.HAPPY))
    assert calm.risk == 0
    assert calm.codes() == ()
    assert kinds(calm) == []


def test_the_more_speaks_for_helping_the_further_up() -> None:
    complaint = glance(situation(1, "complaint"))
    angry = glance(situation(1, "complaint"), tone(2, ToneLabel.ANGRY))
    threat = glance(situation(1, "complaint"), tone(2, ToneLabel.ANGRY), situation(3, "escalation"))
    assert 0 < complaint.risk < angry.risk < threat.risk <= 1
    assert threat.codes() == ("escalation", "angry", "complaint")
    flagged = glance()
    flagged.flag(True, 1.0)
    assert flagged.risk == 0.9


def test_what_was_said_fades_and_is_settled_when_the_caller_says_so() -> None:
    fresh = glance(situation(1, "complaint"), mechanics(2))
    faded = glance(situation(1, "complaint"), mechanics(400))
    settled = glance(situation(1, "complaint"), situation(5, "resolved"))
    assert fresh.risk > faded.risk
    assert settled.risk == 0


def test_only_the_caller_is_listened_to() -> None:
    agent = glance(situation(1, "legal_threat", AGENT), situation(2, "complaint", AGENT))
    assert agent.risk == 0
    assert kinds(agent) == []


def test_what_turns_is_told_once_and_again_only_after_a_while() -> None:
    turns = [tone(t, label) for t in range(2, 60, 4) for label in (ToneLabel.ANGRY, ToneLabel.SAD)]
    assert kinds(glance(*turns)) == ["angry"]
    assert kinds(glance(*turns, tone(200, ToneLabel.ANGRY))) == ["angry", "angry"]


@pytest.mark.parametrize("name", ["escalation", "legal_threat", "publicity_threat", "cancellation"])
def test_grave_words_are_told_with_their_quote_if_they_are_sure(name: str) -> None:
    (told,) = glance(situation(7, name)).alerts
    assert told == (name, 7, f"about {name}")
    assert kinds(glance(situation(7, name, confidence=0.6))) == []


def test_a_hold_counts_until_the_agent_is_back_and_is_told_when_it_is_long() -> None:
    begun = [said(10), situation(10, "hold_request", AGENT)]
    on_hold = glance(*begun, mechanics(40))
    assert on_hold.hold == 30
    assert "hold" in on_hold.codes()
    assert kinds(glance(*begun, *(mechanics(t) for t in range(12, 160, 2)))) == ["long_hold"]
    back = glance(*begun, mechanics(40), said(45), mechanics(60))
    assert back.hold == 0


def test_missing_sound_and_silence_show() -> None:
    gap = event(Gap, 10, start=8.0, length=2.0, reason="overload")
    assert glance(gap).gap
    assert not glance(gap, mechanics(40)).gap
    assert "silence" in glance(mechanics(30, dead_air=20.0)).codes()


def test_the_version_rises_only_when_something_shows() -> None:
    seen = glance(said(1), tone(2, ToneLabel.NEUTRAL), event(Phase, 2, phase=CallPhase.OPENING))
    before = seen.version
    for at in range(3, 40):
        seen.observe(mechanics(at))
        seen.observe(tone(at, ToneLabel.NEUTRAL, confidence=0.9))
    assert seen.version == before
    seen.observe(said(41, CALLER, "Teşekkürler."))
    assert seen.version > before


@given(
    st.lists(
        st.one_of(
            st.builds(
                tone,
                st.floats(0, 5000),
                st.sampled_from(ToneLabel),
                st.floats(0, 1),
                st.floats(-1, 1),
            ),
            st.builds(
                situation,
                st.floats(0, 5000),
                st.sampled_from(["complaint", "legal_threat", "thanks", "hold_request", "abuse"]),
                st.sampled_from([AGENT, CALLER]),
                st.floats(0.5, 1),
            ),
            st.builds(mechanics, st.floats(0, 5000), st.floats(0, 60)),
            st.builds(said, st.floats(0, 5000), st.sampled_from([AGENT, CALLER])),
        ).map(lambda one: (one.position, one)),
        max_size=40,
    )
)
def test_the_risk_is_a_share_whatever_happens(events: list[tuple[int, Event]]) -> None:
    seen = Glance(WallSettings())
    for _, one in sorted(events, key=lambda pair: pair[0]):
        seen.observe(one)
        assert 0 <= seen.risk <= 1
        assert len(set(seen.codes())) == len(seen.codes())


# On the server


class WallPage(_Side):
    """A supervisor's page, which keeps what it was told."""

    rows: dict[str, dict[str, Any]]
    alerts: list[dict[str, Any]]

    async def read(self) -> None:
        message = await self.next()
        if message["type"] == "wall":
            self.rows, self.alerts = {}, []
        for row in message["rows"]:
            self.rows[row["call_id"]] = row
        for call_id in message.get("gone", ()):
            del self.rows[call_id]
        self.alerts += message["alerts"]

    async def until_calls(self, *call_ids: str) -> None:
        while self.rows.keys() != set(call_ids):
            await self.read()


@contextlib.asynccontextmanager
async def wall(server: Running, **headers: str) -> AsyncIterator[WallPage]:
    async with connect(f"ws://{server.address}/api/wall", additional_headers=headers) as socket:
        page = WallPage(socket)
        await page.read()
        yield page


async def test_the_wall_has_all_running_calls_and_what_is_new(server: Running) -> None:
    async with server.source() as one, server.source() as two:
        await one.start("one", agent="Ali")
        async with wall(server) as page:
            await page.until_calls("one")
            await two.start("two", agent="Berk")
            await page.until_calls("one", "two")
            await two.speak()
            while page.rows["two"]["last"] is None:
                await page.read()
            assert page.rows["two"]["last"] == {"channel": "caller", "text": "second 1"}
            server.pool.calls["one"].sound(5.0, ToneLabel.ANGRY)
            while not page.alerts:
                await page.read()
            (alert,) = page.alerts
            assert (alert["call_id"], alert["kind"]) == ("one", "angry")
            assert page.rows["one"]["risk"] > page.rows["two"]["risk"]
            await two.stop()
            await page.until_calls("one")
        async with wall(server) as late:  # who comes later hears of it, too
            await late.until_calls("one")
            assert [one["id"] for one in late.alerts] == [alert["id"]]


async def test_a_flag_is_told_and_a_whisper_reaches_the_agent(server: Running) -> None:
    async with server.source() as source, wall(server) as page, server.page("call=latest") as agent:
        await source.start("one", agent="Ali")
        await agent.until("hello", call_id="one")
        flag = {"type": "annotation", "call_id": "one", "id": "flag-0001", "kind": "flag"}
        await agent.socket.send(json.dumps(flag | {"value": "raised", "start": 3.0}))
        while not page.alerts:
            await page.read()
        assert page.alerts[0]["kind"] == "flag"
        assert page.rows["one"]["flagged"]
