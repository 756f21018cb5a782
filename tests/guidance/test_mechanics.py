"""Claims about conversation mechanics, on voice activity written out by hand."""

from __future__ import annotations

import pickle

import pytest

from assist.events import SAMPLE_RATE, Role, Utterance, Word
from assist.guidance.mechanics import BLOCK, MechanicsMeter, MechanicsRules

AGENT, CALLER = Role.AGENT, Role.CALLER


def listen(
    meter: MechanicsMeter, *spans: tuple[Role, float, float], until: float, start: float = 0.0
) -> None:
    """Push voice activity that is true within the given spans (seconds)."""
    roles = {role for role, _, _ in spans} | {AGENT, CALLER}
    for position in range(
        round(start * SAMPLE_RATE) // BLOCK * BLOCK, round(until * SAMPLE_RATE), BLOCK
    ):
        now = position / SAMPLE_RATE
        meter.push(
            position,
            {role: any(role is who and a <= now < b for who, a, b in spans) for role in roles},
        )


def meter_of(*spans: tuple[Role, float, float], until: float) -> MechanicsMeter:
    meter = MechanicsMeter(MechanicsRules())
    listen(meter, *spans, until=until)
    return meter


def spoken(words: int, start: float, end: float, channel: Role = CALLER) -> Utterance:
    step = (end - start) / words
    return Utterance(
        call_id="c",
        seq=1,
        position=round(end * SAMPLE_RATE),
        channel=channel,
        start=start,
        end=end,
        text="söz " * words,
        language="tr",
        confidence=1.0,
        words=tuple(
            Word("söz", start + n * step, start + (n + 1) * step, 1.0) for n in range(words)
        ),
    )


def test_talk_ratio_is_the_agents_share_of_speech() -> None:
    meter = meter_of((AGENT, 0, 6), (CALLER, 7, 9), until=10)
    assert meter.snapshot().talk_ratio == pytest.approx(0.75, abs=0.01)


def test_nothing_is_known_before_anyone_spoke() -> None:
    snapshot = meter_of(until=20).snapshot()
    assert snapshot.talk_ratio == 0
    assert snapshot.dead_air == snapshot.dead_air_total == snapshot.monologue == 0
    assert snapshot.overtalk == {} and snapshot.monologue_channel == ""


def test_breaking_in_is_counted_for_who_broke_in() -> None:
    meter = meter_of((CALLER, 0, 5), (AGENT, 3, 8), until=9)
    assert meter.snapshot().overtalk == {"agent": 1}


def test_a_back_channel_is_listening_not_breaking_in() -> None:
    meter = meter_of((CALLER, 0, 8), (AGENT, 3, 3.6), (AGENT, 5, 5.8), until=9)
    assert meter.snapshot().overtalk == {}


def test_a_short_overlap_at_the_change_of_turn_is_ordinary() -> None:
    meter = meter_of((CALLER, 0, 5), (AGENT, 4.8, 9), until=10)
    assert meter.snapshot().overtalk == {}


def test_two_who_begin_at_once_break_in_on_nobody() -> None:
    meter = meter_of((CALLER, 2, 6), (AGENT, 2.2, 6), until=7)
    assert meter.snapshot().overtalk == {}


def test_one_long_interruption_counts_once_and_the_next_again() -> None:
    meter = meter_of((CALLER, 0, 12), (AGENT, 2, 5), (AGENT, 7, 10), until=13)
    assert meter.snapshot().overtalk == {"agent": 2}


def test_dead_air_is_the_present_silence_and_totals_long_ones() -> None:
    meter = meter_of((CALLER, 1, 2), (AGENT, 7, 8), (CALLER, 9, 10), until=14)
    snapshot = meter.snapshot()
    assert snapshot.dead_air == pytest.approx(4, abs=0.1)
    assert snapshot.dead_air_total == pytest.approx(9, abs=0.2)


def test_silence_before_the_first_word_is_ringing_not_dead_air() -> None:
    meter = meter_of((AGENT, 8, 9), until=9.5)
    assert meter.snapshot().dead_air_total == 0


def test_a_monologue_goes_on_through_pauses_and_back_channels() -> None:
    meter = meter_of((AGENT, 0, 10), (CALLER, 4, 4.5), (AGENT, 11, 20), until=20)
    snapshot = meter.snapshot()
    assert snapshot.monologue_channel == "agent"
    assert snapshot.monologue == pytest.approx(20, abs=0.1)


def test_the_floor_passes_with_a_real_turn_and_is_free_after_silence() -> None:
    meter = meter_of((AGENT, 0, 10), (CALLER, 10.5, 14), until=14)
    assert meter.snapshot().monologue_channel == "caller"
    assert meter.snapshot().monologue == pytest.approx(3.5, abs=0.1)
    listen(meter, until=18, start=14)
    assert meter.snapshot().monologue == 0


def test_one_mixed_channel_has_dead_air_and_no_guess_at_who_spoke() -> None:
    meter = MechanicsMeter(MechanicsRules())
    for position in range(0, 20 * SAMPLE_RATE, BLOCK):
        meter.push(position, {Role.MIXED: position < 12 * SAMPLE_RATE})
    snapshot = meter.snapshot()
    assert snapshot.talk_ratio == 0 and snapshot.overtalk == {} and snapshot.monologue == 0
    assert snapshot.dead_air == pytest.approx(8, abs=0.1)


def test_pace_is_words_a_minute_of_recent_speech() -> None:
    meter = MechanicsMeter(MechanicsRules())
    meter.utterance(spoken(20, 0, 10))
    assert meter.pace() == {"caller": 120}
    assert meter.pace_ratio() == {}


def test_a_few_words_make_no_pace() -> None:
    meter = MechanicsMeter(MechanicsRules())
    meter.utterance(spoken(3, 0, 1))
    assert meter.pace() == {}


def test_pace_is_compared_with_the_persons_own_normal() -> None:
    meter = MechanicsMeter(MechanicsRules())
    for turn in range(3):
        meter.utterance(spoken(20, 10 * turn, 10 * turn + 10))
    for turn in range(3, 7):
        meter.utterance(spoken(30, 10 * turn, 10 * turn + 10))
    assert meter.pace()["caller"] == 180
    assert 1.2 < meter.pace_ratio()["caller"] < 1.5


def test_a_meter_goes_on_after_a_checkpoint() -> None:
    spans = ((CALLER, 0, 5), (AGENT, 3, 8), (CALLER, 12, 15))
    whole = meter_of(*spans, until=16)
    half = meter_of(*spans, until=8)
    again = pickle.loads(pickle.dumps(half))
    listen(again, *spans, until=16, start=8)
    assert again.snapshot() == whole.snapshot()
