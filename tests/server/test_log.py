from datetime import UTC, datetime
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from assist.audio.frames import CallInfo
from assist.events import (
    Event,
    Mechanics,
    Note,
    Partial,
    Role,
    Suggestion,
    Tone,
    ToneLabel,
    Utterance,
)
from assist.server.log import CallLog, Cursor
from assist.server.messages import Feedback


def note(seq: int) -> Note:
    return Note(call_id="one", seq=seq, position=seq, code="test", text="")


def tone(seq: int) -> Tone:
    return Tone(
        call_id="one",
        seq=seq,
        position=seq,
        start=0.0,
        end=1.0,
        label=ToneLabel.UNSURE,
        probabilities={},
        valence=0.0,
        arousal=0.0,
        confidence=0.0,
        trend=0.0,
        reasons=(),
    )


def mechanics(seq: int) -> Mechanics:
    return Mechanics(
        call_id="one",
        seq=seq,
        position=seq,
        talk_ratio=0.5,
        pace={},
        overtalk={},
        dead_air=0.0,
        dead_air_total=0.0,
        monologue=0.0,
    )


def utterance(seq: int, start: float, end: float) -> Utterance:
    return Utterance(
        call_id="one",
        seq=seq,
        position=seq,
        channel=Role.CALLER,
        start=start,
        end=end,
        text="",
        language="tr",
        confidence=1.0,
        words=(),
    )


def words(text: str, start: float = 0.0) -> Partial:
    return Partial(
        call_id="one",
        seq=0,
        position=0,
        channel=Role.CALLER,
        start=start,
        stable=text,
        pending="",
    )


def suggestion(seq: int, name: str) -> Suggestion:
    return Suggestion(
        call_id="one",
        seq=seq,
        position=seq,
        id=name,
        situation="",
        say="",
        why="",
        because=(),
        language="tr",
        expires=0,
    )


def log_of(*events: Event) -> CallLog:
    log = CallLog.begun(CallInfo("one", ()))
    for event in events:
        log.append(event)
    return log


def taken(cursor: Cursor) -> list[dict[str, Any]]:
    messages = iter(cursor.take, None)
    return [msgspec.json.decode(message) for message in messages]


def seqs(cursor: Cursor) -> list[int]:
    return [message["seq"] for message in taken(cursor)]


def test_a_reader_resumes_after_exactly_what_it_has_had() -> None:
    log = log_of(*(note(seq) for seq in range(1, 8)))
    assert seqs(Cursor(log, after=0, backlog=1)) == [1, 2, 3, 4, 5, 6, 7]
    assert seqs(Cursor(log, after=5, backlog=1)) == [6, 7]
    assert seqs(Cursor(log, after=7, backlog=1)) == []
    assert seqs(Cursor(log, after=99, backlog=1)) == []


def test_a_reader_that_keeps_up_gets_every_tone() -> None:
    log = log_of()
    cursor = Cursor(log, backlog=3)
    got = []
    for seq in range(1, 10):
        log.append(tone(seq))
        got += seqs(cursor)
    assert got == list(range(1, 10))


def test_a_reader_that_fell_behind_is_spared_replaced_tone_and_mechanics_only() -> None:
    log = log_of()
    cursor = Cursor(log, backlog=2)
    for event in (tone(1), note(2), mechanics(3), tone(4), note(5), mechanics(6), tone(7)):
        log.append(event)
    assert seqs(cursor) == [2, 5, 6, 7]


def test_what_was_there_when_the_reader_came_is_given_in_full() -> None:
    log = log_of(*(tone(seq) for seq in range(1, 50)))
    assert seqs(Cursor(log, backlog=1)) == list(range(1, 50))


@given(
    script=st.lists(st.sampled_from(["note", "tone", "mechanics", "take", "take", "words"])),
    backlog=st.integers(1, 5),
    after=st.integers(0, 3),
)
def test_no_reader_ever_loses_doubles_or_reorders_what_counts(
    script: list[str], backlog: int, after: int
) -> None:
    makers = {"note": note, "tone": tone, "mechanics": mechanics}
    log = log_of(*(tone(seq) for seq in range(1, 4)))
    cursor = Cursor(log, after=after, backlog=backlog)
    got = []
    for step in script:
        if step in makers:
            log.append(makers[step](len(log.records) + 1))
        elif step == "words":
            log.show(words("…"))
        elif (message := cursor.take()) is not None:
            got.append(msgspec.json.decode(message))
    got += taken(cursor)
    finals = [message for message in got if message["type"] != "partial"]
    numbers = [message["seq"] for message in finals]
    assert numbers == sorted(set(numbers))
    expected = [record for record in log.records if record.seq > after]
    assert {r.seq for r in expected if r.type == "note"} <= set(numbers)
    for kind in ("tone", "mechanics"):
        newest = [r.seq for r in expected if r.type == kind][-1:]
        assert [m["seq"] for m in finals if m["type"] == kind][-1:] == newest


def test_only_the_latest_words_of_an_open_turn_are_given() -> None:
    log = log_of()
    cursor = Cursor(log, backlog=5)
    log.show(words("ben"))
    log.show(words("ben dün"))
    assert [message["stable"] for message in taken(cursor)] == ["ben dün"]
    assert taken(cursor) == []


def test_words_give_way_to_their_final_and_those_of_the_next_turn_stay() -> None:
    log = log_of()
    log.show(words("ben dün", start=1.0))
    log.append(utterance(1, 1.0, 2.0))
    assert log.partials == {}
    log.show(words("ve sonra", start=2.5))
    log.append(utterance(2, 1.5, 2.2))
    assert [partial.stable for partial in log.partials.values()] == ["ve sonra"]


def test_an_ended_call_has_no_open_words() -> None:
    log = log_of()
    log.show(words("ben"))
    log.close(datetime.now(UTC), "stop", 1.0)
    assert taken(Cursor(log, backlog=5)) == []


def test_feedback_reaches_a_reader_once_and_its_change_again() -> None:
    log = log_of(suggestion(1, "s1"))
    cursor = Cursor(log, after=1, backlog=5)
    log.give_feedback(Feedback("one", "s1", "used"))
    assert [message["action"] for message in taken(cursor)] == ["used"]
    log.give_feedback(Feedback("one", "s1", "used"))
    assert taken(cursor) == []
    log.give_feedback(Feedback("one", "s1", "dismissed"))
    assert [message["action"] for message in taken(cursor)] == ["dismissed"]
    assert taken(Cursor(log, after=1, backlog=5)) == [], "who comes later has it from the hello"


def test_a_restored_log_is_like_the_one_that_was_stored() -> None:
    log = log_of(note(1), suggestion(2, "s1"), tone(3))
    again = CallLog.restored(log.call, log.records, {"s1": "used"})
    assert again.has_suggestion("s1")
    assert not again.has_suggestion("s2")
    assert again.hello().feedback == {"s1": "used"}
    assert seqs(Cursor(again, after=1, backlog=1)) == [2, 3]
