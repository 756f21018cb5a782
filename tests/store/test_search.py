"""Calls are found by what was said and by what is known of them, in either database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update

from assist.config import StoreSettings
from assist.errors import ProtocolError
from assist.events import CallEnded, Role, Situation, ToneLabel, Utterance
from assist.store import Filters, Hit, Store, upkeep
from assist.store.database import open_database
from assist.store.search import terms_of
from assist.store.tables import calls, texts, utterances
from tests.store.test_store import STARTED, info, mark, tone


@pytest.fixture
async def store(settings: StoreSettings) -> AsyncIterator[Store]:
    opened = Store.open(settings)
    yield opened
    await opened.close()


async def tell(
    store: Store,
    call_id: str,
    *said: str,
    tones: tuple[ToneLabel, ...] = (),
    situations: tuple[str, ...] = (),
    ended: bool = True,
    minutes: int = 0,
    duration: float = 60.0,
    topic: str = "",
    outcome: str = "",
    language: str = "tr",
    **known: str,
) -> None:
    """Put a call into the store; a turn is the agent's if it begins with "A:"."""
    started_at = STARTED + timedelta(minutes=minutes)
    await store.call_started(info(call_id, language=language, **known), started_at)
    seq = 0

    def place() -> dict[str, Any]:
        nonlocal seq
        seq += 1
        return {"call_id": call_id, "seq": seq, "position": seq * 16_000}

    for turn in said:
        agents = turn.startswith("A:")
        await store.append(
            Utterance(
                **place(),
                channel=Role.AGENT if agents else Role.CALLER,
                start=float(seq),
                end=seq + 1.0,
                text=turn.removeprefix("A:").strip(),
                language="tr",
                confidence=0.9,
                words=(),
            )
        )
    for name in situations:
        await store.append(
            Situation(
                **place(),
                situation=name,
                channel=Role.CALLER,
                start=float(seq),
                quote="",
                confidence=0.9,
            )
        )
    for label in tones:
        seq += 1
        await store.append(tone(seq, label, call_id))
    if ended:
        await store.append(
            CallEnded(**place(), reason="stop", duration=duration, topic=topic, outcome=outcome)
        )
        await store.call_ended(call_id, reason="stop", duration=duration, ended_at=STARTED)


async def found(store: Store, q: str = "", **filters: Any) -> list[str]:
    await store.flush()
    return [call.call_id for call in (await store.search(Filters(q=q, **filters))).calls]


_SAID = [
    ("iade", "Ürünün iadesi ne zaman?"),
    ("iade", "İADEMİ ALAMADIM"),
    ("İADE", "iadem gelmedi"),
    ("IADE", "iadem gelmedi"),
    ("siparis", "Siparişim gelmedi."),
    ("SİPARİŞ", "siparisimi bekliyorum"),
    ("siparişim", "iki sipariş verdim"),
    ("hesap", "hesabımdan para çekilmiş"),
    ("hesabım", "hesap numarası"),
    ("hesab", "HESABIM"),
    ("ışık", "IŞIKLAR yanmıyor"),
    ("şikâyet", "şikayetim var"),
    ("Ankara'ya", "Ankara'da oturuyorum"),
    ("refunds", "I want a refund"),
    ("invoice", "MY INVOICE IS WRONG"),
    ("kargo gecikti", "Kargom yine gecikti."),
    ('"para iadesi"', "Para iadesi istiyorum"),
    ("“para iadesi”", "PARA İADESİ"),
    ("4471", "numarası 4471"),
    ("iş", "bu iş olmaz"),
]
_NOT_SAID = [
    ('"para iadesi"', "iadesi para"),
    ('"iade"', "iadesi"),
    ('"para iadesi"', "para iadesinden"),
    ("kargo iptal", "kargom gelmedi"),
    ("iş", "işlem yapıldı"),
    ("?!", "ne oldu?!"),
    ('""', "boş"),
    ("gelmedi%", "gel medi"),
]


async def test_words_are_found_in_every_form_and_only_they(store: Store) -> None:
    for number, (_, said) in enumerate(_SAID + _NOT_SAID):
        await tell(store, f"over-{number}", said)
        await tell(store, f"running-{number}", said, ended=False)
    await tell(store, "other", "Başka bir konu var, kolay gelsin.")
    for number, (q, said) in enumerate(_SAID + _NOT_SAID):
        expected = {f"over-{number}", f"running-{number}"} if (q, said) in _SAID else set()
        got = set(await found(store, q))
        assert expected == got & {f"over-{number}", f"running-{number}"}, (q, said)
        assert "other" not in got


async def test_all_words_are_somewhere_in_the_call_and_a_phrase_in_one_turn(store: Store) -> None:
    for name, ended in (("over", True), ("running", False)):
        await tell(store, name, "Kargom gecikti.", "A: Para", "iadesi için yazdım.", ended=ended)
    assert sorted(await found(store, "iade kargo")) == ["over", "running"]
    assert await found(store, '"para iadesi"') == []
    page = await store.search(Filters(q="iade kargo para"))
    assert page.hits["over"] == Hit("caller", 1.0, "Kargom gecikti.")
    assert (await store.search(Filters(q="para"))).hits["running"] == Hit("agent", 2.0, "Para")


_ODD = st.text(
    st.sampled_from("abiİıIşŞ \"'*()&|!:<->^+-~{}[]\\%_.,;“”«»@#0\0\u0307é日"), max_size=40
)


@trying(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(q=st.one_of(_ODD, st.text(max_size=40)))
async def test_nothing_that_is_typed_breaks_the_search(store: Store, q: str) -> None:
    found = await store.search(Filters(q=q))
    assert found.calls == ()


def test_only_letters_digits_and_single_spaces_reach_the_database() -> None:
    for term in terms_of('a"b* OR NEAR(x y) "c\' & !d" e:* -f ^g %h_i\0j'):
        for form in term.forms:
            assert all(word.isalnum() and word == word.lower() for word in form.split(" "))


async def test_calls_are_found_by_what_is_known_of_them(store: Store) -> None:
    angry, sad, happy = ToneLabel.ANGRY, ToneLabel.SAD, ToneLabel.HAPPY
    await tell(
        store,
        "one",
        tones=(angry,) * 3 + (happy,) * 4 + (sad,) * 2 + (ToneLabel.UNSURE,) * 9,
        situations=("cancellation", "apology", "cancellation"),
        topic="delivery/late",
        outcome="unsolved",
        agent="ayşe",
        customer="c-7",
    )
    await tell(store, "two", minutes=1, topic="delivery_x/y", duration=600.0, language="en")
    await tell(store, "running", minutes=2, tones=(sad,) * 3, ended=False)
    expected: list[tuple[dict[str, Any], list[str]]] = [
        ({}, ["running", "two", "one"]),
        ({"tone": "angry"}, ["one"]),
        ({"tone": "happy"}, ["one"]),
        ({"tone": "sad"}, []),
        ({"situation": "cancellation"}, ["one"]),
        ({"situation": "cancel"}, []),
        ({"topic": "delivery"}, ["one"]),
        ({"topic": "delivery/late"}, ["one"]),
        ({"topic": "delivery/la"}, []),
        ({"outcome": "unsolved"}, ["one"]),
        ({"agent": "ayşe"}, ["one"]),
        ({"customer": "c-7", "agent": "can"}, []),
        ({"language": "en"}, ["two"]),
        ({"min_duration": 61.0}, ["two"]),
        ({"min_duration": 1.0, "max_duration": 60.0}, ["one"]),
        ({"min_score": 0.0}, []),
        ({"since": STARTED + timedelta(minutes=1)}, ["running", "two"]),
        ({"until": STARTED + timedelta(minutes=1)}, ["one"]),
    ]
    for filters, ids in expected:
        assert await found(store, **filters) == ids, filters
    call = await store.call("one")
    assert call is not None
    assert (call.tones, call.tone) == ("angry,happy", "angry")
    assert (call.topic, call.outcome) == ("delivery/late", "unsolved")


async def test_what_people_corrected_counts_before_and_after_the_end(store: Store) -> None:
    await tell(store, "one", tones=(ToneLabel.ANGRY,) * 3, topic="billing/high", outcome="open")
    await store.annotate(mark(1, "outcome", value="solved"))
    await store.annotate(mark(2, "topic", value="delivery/late"))
    await store.annotate(mark(3, "tone", about="2", value="neutral"))
    await tell(store, "two", minutes=1, ended=False)
    await store.annotate(mark(4, "outcome", "two", value="unsolved"))
    await store.append(
        CallEnded(call_id="two", seq=1, position=0, reason="stop", duration=1.0, outcome="solved")
    )
    await store.call_ended("two", reason="stop", duration=1.0, ended_at=STARTED)
    assert await found(store, outcome="solved", topic="delivery") == ["one"]
    assert await found(store, tone="angry") == []
    assert await found(store, outcome="unsolved") == ["two"]


async def test_the_language_of_a_call_is_the_one_that_was_spoken(store: Store) -> None:
    await tell(store, "one", "Merhaba.", language="auto")
    await tell(store, "silent", language="auto")
    assert await found(store, language="tr") == ["one"]
    assert await found(store, language="auto") == ["silent"]


async def test_pages_follow_each_other_without_holes_or_doubles(store: Store) -> None:
    minutes: dict[str, datetime] = {}
    for number in range(25):
        await tell(store, f"call-{number:02}", "kargo", minutes=number // 3)
        minutes[f"call-{number:02}"] = STARTED + timedelta(minutes=number // 3)
    expected = sorted(minutes, key=lambda name: (-minutes[name].timestamp(), name))
    await store.flush()
    for q in ("", "kargo"):
        seen: list[str] = []
        after = None
        for place in range(100):
            page = await store.search(Filters(q=q), limit=4, after=after)
            seen += [call.call_id for call in page.calls]
            if place == 1:  # one that begins meanwhile moves nothing
                await tell(store, f"new{q}", "kargo", minutes=60)
                await store.flush()
            after = page.next
            if after is None:
                break
        assert [name for name in seen if not name.startswith("new")] == expected
        assert len(seen) == len(set(seen))
    for wrong in ("x", "", "bm8", "AAAA", "2026"):
        with pytest.raises(ProtocolError, match="no cursor"):
            await store.search(Filters(), after=wrong)


async def test_facts_are_derived_anew_for_calls_of_an_older_version(
    settings: StoreSettings,
) -> None:
    store = Store.open(settings)
    await tell(
        store,
        "one",
        "Kargom gecikti.",
        tones=(ToneLabel.SAD,) * 3,
        situations=("delay",),
        topic="a/b",
    )
    await store.flush()
    before = await store.read(lambda connection: connection.execute(select(calls)).all())
    await store.close()
    database = open_database(settings.url)
    with database.engine.begin() as connection:
        connection.execute(delete(texts))
        connection.execute(delete(utterances))
        connection.execute(text("DELETE FROM situations"))
        connection.execute(update(calls).values(derived=0, topic="", tones=""))
    database.close()
    assert "run `assist db reindex`" in upkeep.check(settings.url).troubles[0]

    again = Store.open(settings)
    assert await found(again, "kargo", tone="sad", situation="delay", topic="a") == ["one"]
    assert await again.read(lambda connection: connection.execute(select(calls)).all()) == before
    await again.close()
    assert upkeep.check(settings.url).troubles == ()


async def test_reindexing_mends_what_was_changed_by_hand(settings: StoreSettings) -> None:
    store = Store.open(settings)
    await tell(store, "one", "Kargom gecikti.", outcome="solved")
    await tell(store, "two", "İptal edin.", minutes=1)
    await store.close()
    database = open_database(settings.url)
    with database.engine.begin() as connection:
        connection.execute(update(calls).where(calls.c.call_id == "one").values(outcome="open"))
    database.close()
    (trouble,) = upkeep.check(settings.url).troubles
    assert trouble.startswith("Search knows 1 calls otherwise than their events tell of them")
    assert upkeep.reindex(settings.url) == 2
    assert upkeep.check(settings.url).troubles == ()


async def test_a_call_that_a_crash_cut_off_is_found(settings: StoreSettings) -> None:
    store = Store.open(settings)
    await tell(store, "one", "Kargom gecikti.", tones=(ToneLabel.ANGRY,) * 3, ended=False)
    await store.close()
    again = Store.open(settings)
    assert await found(again, "kargo", tone="angry") == ["one"]
    await again.close()


async def test_a_restored_backup_is_searched_as_before(
    settings: StoreSettings, tmp_path: Any, request: pytest.FixtureRequest
) -> None:
    store = Store.open(settings)
    await tell(store, "one", "Kargom gecikti.")
    await store.close()
    upkeep.backup(settings.url, tmp_path / "backup.db")
    other = StoreSettings(url=f"sqlite:///{tmp_path}/other.db")
    if settings.url.startswith("sqlite"):
        other = StoreSettings(url=request.getfixturevalue("postgres_url"))
    upkeep.restore(other.url, tmp_path / "backup.db")
    again = Store.open(other)
    assert await found(again, "kargo") == ["one"]
    await again.close()
