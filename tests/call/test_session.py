"""Final events depend on the audio, the configuration and the models, and on nothing else."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from msgspec.structs import replace
from numpy.typing import NDArray

from assist.audio.frames import AudioFrame
from assist.call import CallSession, Checkpoint, Engine
from assist.config import Settings, SpeechSettings, ToneSettings
from assist.errors import AudioError
from assist.events import (
    CallEnded,
    CallerVoice,
    CallStarted,
    Event,
    Gap,
    Mechanics,
    Note,
    Partial,
    Role,
    Tone,
    Utterance,
)
from tests.call.drive import BOTH, call, events_of, finals, frames, leg

Audio = NDArray[np.int16]


def interleaved(audio: Audio) -> list[AudioFrame]:
    """One leg for each channel, a tenth of a second of each in turn."""
    pairs = zip(frames(audio[:, :1], [1600]), frames(audio[:, 1:], [1600], number=1), strict=True)
    return list(itertools.chain.from_iterable(pairs))


@pytest.fixture(scope="module")
def expected(fake_engine: Engine, speech: Audio) -> list[Event]:
    return events_of(fake_engine, call(), frames(speech, [1600]))


def test_a_call_begins_and_ends_and_is_numbered_without_holes(expected: list[Event]) -> None:
    assert isinstance(expected[0], CallStarted)
    assert isinstance(expected[-1], CallEnded)
    assert expected[-1].duration == 30.0
    assert [event.seq for event in expected] == list(range(1, len(expected) + 1))
    assert sorted(event.position for event in expected) == [e.position for e in expected]
    assert {Utterance, Tone, Mechanics} <= {type(event) for event in expected}


@examples(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sizes=st.lists(st.integers(1, 40_000), min_size=1, max_size=60))
def test_the_cutting_into_chunks_leaves_no_trace(
    fake_engine: Engine, speech: Audio, expected: list[Event], sizes: list[int]
) -> None:
    assert events_of(fake_engine, call(), frames(speech, sizes)) == expected


@pytest.mark.parametrize("seed", range(3))
def test_models_may_answer_in_any_order(
    fake_engine: Engine, speech: Audio, expected: list[Event], seed: int
) -> None:
    events = events_of(fake_engine, call(), frames(speech, [800]), hold=4, seed=seed)
    assert events == expected


def test_legs_of_their_own_give_the_same_as_interleaved_channels(
    fake_engine: Engine, speech: Audio, expected: list[Event]
) -> None:
    info = call(leg(Role.AGENT), leg(Role.CALLER))
    assert events_of(fake_engine, info, interleaved(speech)) == expected


def test_repeated_audio_is_heard_once(
    fake_engine: Engine, speech: Audio, expected: list[Event]
) -> None:
    once = list(frames(speech, [4000]))
    twice = [frame for pair in itertools.pairwise(once) for frame in (*pair, pair[0])]
    assert events_of(fake_engine, call(), [*twice, once[-1]]) == expected


def test_partials_change_nothing_final(
    fake_engine: Engine, speech: Audio, expected: list[Event]
) -> None:
    events = events_of(fake_engine, call(), frames(speech, [1600]), partials=True)
    assert any(isinstance(event, Partial) for event in events)
    assert finals(events) == expected


def test_a_language_to_be_found_is_found_the_same_in_any_order(
    fake_engine: Engine, speech: Audio
) -> None:
    info = call(language="auto")
    first = events_of(fake_engine, info, frames(speech, [1600]))
    assert events_of(fake_engine, info, frames(speech, [777]), hold=5, seed=1) == first


def test_missing_audio_is_told_and_taken_as_silence(fake_engine: Engine, speech: Audio) -> None:
    cut = [f for f in frames(speech, [1600]) if not 80_000 <= f.start < 96_000]
    events = events_of(fake_engine, call(), cut)
    gaps = [event for event in events if isinstance(event, Gap)]
    assert [(gap.start, gap.length, gap.reason) for gap in gaps] == [(5.0, 1.0, "missing")]
    assert isinstance(events[-1], CallEnded)
    assert events[-1].duration == 30.0


def test_a_leg_that_stays_behind_does_not_hold_up_the_other(
    fake_engine: Engine, speech: Audio
) -> None:
    info = call(leg(Role.AGENT), leg(Role.CALLER))
    events = events_of(fake_engine, info, frames(speech[:, 1:], [1600], number=1))
    assert any(isinstance(event, Tone) for event in events)
    assert {event.channel for event in events if isinstance(event, Gap)} == {"agent"}


@pytest.mark.parametrize("roles", [(Role.AGENT,), (Role.MIXED,)])
def test_only_a_caller_has_a_tone(
    fake_engine: Engine, speech: Audio, roles: tuple[Role, ...]
) -> None:
    events = events_of(fake_engine, call(leg(*roles)), frames(speech[:, 1:], [1600]))
    assert any(isinstance(event, Utterance) for event in events)
    assert not any(isinstance(event, Tone) for event in events)
    assert next(e.code for e in events if isinstance(e, Note)) in {"no_caller", "mixed_channel"}


def test_the_agents_voice_never_moves_the_tone(fake_engine: Engine, speech: Audio) -> None:
    def tones(agent: Audio) -> list[tuple[object, ...]]:
        both = np.stack([agent, speech[:, 1]], axis=1)
        events = events_of(fake_engine, call(), frames(both, [1600]))
        return [
            (e.start, e.end, e.label, e.probabilities, e.reasons)
            for e in events
            if isinstance(e, Tone)
        ]

    shouting = np.clip(speech[::-1, 0].astype(np.int32) * 8, -32768, 32767).astype(np.int16)
    assert tones(speech[:, 0]) == tones(shouting) != []


def test_an_echo_of_the_agent_on_the_callers_line_has_no_tone(
    fake_engine: Engine, speech: Audio
) -> None:
    agent = speech[:, 1]
    echo = (0.3 * np.roll(agent, 2400)).astype(np.int16)
    events = events_of(fake_engine, call(), frames(np.stack([agent, echo], axis=1), [1600]))
    tones = [event for event in events if isinstance(event, Tone)]
    assert tones
    assert {tone.label for tone in tones} == {"unsure"}
    assert tones[-1].reasons == ("Müşterinin hattında sizin sesiniz duyuluyor",)


def test_a_customers_voice_is_remembered_only_where_that_is_wanted(
    fake_engine: Engine, speech: Audio
) -> None:
    info = replace(call(), customer="c-7")
    wanted = Settings(tone=ToneSettings(remember=True))
    audio = list(frames(np.tile(speech, (2, 1)), [1600]))
    unnamed = events_of(fake_engine, call(), audio, settings=wanted)
    for unwanted in (events_of(fake_engine, info, audio), unnamed):
        assert not any(isinstance(event, CallerVoice) for event in unwanted)
    events = events_of(fake_engine, info, audio, settings=wanted)
    voice, ended = events[-2:]
    assert isinstance(voice, CallerVoice)
    assert isinstance(ended, CallEnded)
    again = events_of(fake_engine, replace(info, voice=voice), audio, settings=wanted)
    other = replace(voice, model="tone of another version")
    assert [e for e in again if isinstance(e, Tone)] != [e for e in events if isinstance(e, Tone)]
    assert events_of(fake_engine, replace(info, voice=other), audio, settings=wanted) == events


def test_without_consent_there_are_words_but_no_tone(fake_engine: Engine, speech: Audio) -> None:
    events = events_of(fake_engine, call(consent=False), frames(speech, [1600]))
    assert not any(isinstance(event, Tone) for event in events)
    assert any(isinstance(event, Utterance) for event in events)
    assert [event.code for event in events if isinstance(event, Note)] == ["no_consent"]


@pytest.mark.parametrize("seconds", [1.0, 2.5, 4.0, 7.3])
def test_the_last_words_are_kept_wherever_the_call_breaks_off(
    fake_engine: Engine, speech: Audio, seconds: float
) -> None:
    events = events_of(fake_engine, call(), frames(speech[: int(seconds * 16_000)], [1600]))
    last = [event for event in events if isinstance(event, Utterance)][-1]
    assert last.end > seconds - 1.0


@pytest.mark.parametrize("rate", [16_000, 11_025])
def test_a_call_goes_on_from_any_checkpoint_with_the_same_events(
    fake_engine: Engine, speech: Audio, rate: int
) -> None:
    info = call(leg(*BOTH, rate=rate))
    session = CallSession(fake_engine, Settings(), info)
    events = _answered(session, fake_engine, session.start())
    saved: list[Checkpoint] = []
    for frame in frames(speech, [1601]):
        events += _answered(session, fake_engine, session.feed(frame))
        if (checkpoint := session.checkpoint()) is not None:
            saved.append(checkpoint)
    events += _answered(session, fake_engine, session.finish("end_of_file"))
    assert len(saved) > 20
    for checkpoint in saved[:: len(saved) // 3]:
        other = CallSession(fake_engine, Settings(), info, checkpoint=checkpoint)
        rest: list[Event] = []
        for frame in frames(speech, [4000]):
            if frame.start + 4000 > checkpoint.received[0]:
                rest += _answered(other, fake_engine, other.feed(frame))
        rest += _answered(other, fake_engine, other.finish("end_of_file"))
        assert rest == events[checkpoint.seq :]


def _answered(session: CallSession, engine: Engine, output: list[object]) -> list[Event]:
    events: list[Event] = []
    for item in output:
        if isinstance(item, Event):
            events.append(item)
        else:
            result = engine.run(item)  # type: ignore[arg-type]
            events += _answered(session, engine, session.resolve(item, result))  # type: ignore[arg-type]
    return events


def test_silence_and_clipping_are_told(fake_engine: Engine, speech: Audio) -> None:
    caller = np.clip(speech[:, 1].astype(np.int32) * 60, -32768, 32767).astype(np.int16)
    both = np.stack([np.zeros_like(caller), caller], axis=1)
    events = events_of(fake_engine, call(language="en"), frames(both, [1600]))
    notes = {event.code: event.text for event in events if isinstance(event, Note)}
    assert notes["no_speech"] == "No speech was heard on the agent's channel."
    assert "caller's channel is clipped" in notes["clipped"]


def test_a_call_without_any_audio_ends_in_order(fake_engine: Engine) -> None:
    events = events_of(fake_engine, call(), [])
    assert isinstance(events[0], CallStarted)
    assert isinstance(events[-1], CallEnded)
    assert events[-1].duration == 0.0


def test_a_leap_of_days_is_refused(fake_engine: Engine) -> None:
    with pytest.raises(AudioError, match="jumps ahead"):
        events_of(fake_engine, call(), [AudioFrame(0, 2**60, b"\0" * 4)])


def test_two_calls_on_one_engine_do_not_touch_each_other(
    fake_engine: Engine, speech: Audio, expected: list[Event]
) -> None:
    one = CallSession(fake_engine, Settings(), call())
    other = CallSession(
        fake_engine, Settings(speech=SpeechSettings(vad_threshold=0.9)), call(leg(*BOTH))
    )
    events = _answered(one, fake_engine, one.start())
    for frame, noise in zip(frames(speech, [1600]), frames(speech[::-1], [1600]), strict=True):
        events += _answered(one, fake_engine, one.feed(frame))
        _answered(other, fake_engine, other.feed(noise))
    events += _answered(one, fake_engine, one.finish("end_of_file"))
    assert events == expected
