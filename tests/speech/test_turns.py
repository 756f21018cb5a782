"""Where a turn begins and ends, told by a detector that is fed decisions instead of sound."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.config import SpeechSettings
from assist.speech.turns import BLOCK, BlockResult, Turn, TurnDetector
from assist.speech.vad import BLOCK_SECONDS, VadState
from tests.signals import Signal, silence

SETTINGS = SpeechSettings(endpoint_silence=0.32, min_speech=0.1, long_turn=4.0, max_turn=4.0)
ENDPOINT = 10
AFTER = 8
LIMIT = 125


class ScriptedVad:
    """The loudness of a block is its speech probability."""

    name = "scripted"

    def probability(self, state: VadState, block: Signal) -> float:
        return float(np.max(np.abs(block)))


@dataclass
class Heard:
    results: list[BlockResult]
    last: Turn | None

    @property
    def turns(self) -> list[Turn]:
        ended = [result.ended for result in self.results]
        return [turn for turn in [*ended, self.last] if turn is not None]

    @property
    def starts(self) -> list[int]:
        return [result.started for result in self.results if result.started is not None]


def block(level: float) -> Signal:
    return np.full(BLOCK, level, dtype=np.float32)


def hear(levels: list[float], settings: SpeechSettings = SETTINGS, position: int = 0) -> Heard:
    detector, vad = TurnDetector(settings, position), ScriptedVad()
    results = [detector.push(vad, block(level)) for level in levels]
    return Heard(results, detector.finish())


def test_a_turn_reaches_from_its_first_to_its_last_speech() -> None:
    heard = hear([0.0] * 20 + [0.9] * 30 + [0.0] * 20)
    (turn,) = heard.turns
    assert (turn.start, turn.end, turn.cut) == (20 * BLOCK, 50 * BLOCK, False)
    assert turn.seconds == pytest.approx(30 * BLOCK_SECONDS)


def test_a_turn_ends_after_the_endpoint_silence_and_not_before() -> None:
    heard = hear([0.9] * 30 + [0.0] * 20)
    ended = [index for index, result in enumerate(heard.results) if result.ended]
    assert ended == [30 + ENDPOINT - 1]


def test_a_pause_shorter_than_the_endpoint_stays_within_the_turn() -> None:
    (turn,) = hear([0.9] * 20 + [0.0] * (ENDPOINT - 1) + [0.9] * 20 + [0.0] * 20).turns
    assert turn.end == (20 + ENDPOINT - 1 + 20) * BLOCK


@pytest.mark.parametrize(("spoken", "silent"), [(50, 32), (125, 32), (188, 9), (240, 4)])
def test_the_longer_a_turn_is_the_less_silence_ends_it(spoken: int, silent: int) -> None:
    settings = SpeechSettings(endpoint_silence=1.0, min_speech=0.1, long_turn=4.0, max_turn=8.0)
    heard = hear([0.9] * spoken + [0.0] * 60, settings)
    ended = [index for index, result in enumerate(heard.results) if result.ended]
    assert ended == [spoken + silent - 1]


def test_a_pause_tells_the_turn_that_will_end_if_nothing_more_is_said() -> None:
    settings = SpeechSettings(endpoint_silence=0.8, min_speech=0.1)
    heard = hear([0.0] * 20 + [0.9] * 30 + [0.0] * 30, settings)
    (paused,) = [result.paused for result in heard.results if result.paused]
    (turn,) = heard.turns
    assert (paused.start, paused.end, paused.audio_start) == (
        turn.start,
        turn.end,
        turn.audio_start,
    )
    assert np.array_equal(paused.audio, turn.audio)


def test_the_audio_has_padding_before_and_after() -> None:
    (turn,) = hear([0.01] * 20 + [0.9] * 30 + [0.01] * 40).turns
    assert turn.audio_start == 10 * BLOCK
    assert len(turn.audio) == (10 + 30 + AFTER) * BLOCK
    assert np.all(turn.audio[10 * BLOCK : 40 * BLOCK] == np.float32(0.9))


def test_a_turn_at_the_very_start_has_the_padding_there_is() -> None:
    (turn,) = hear([0.9] * 30 + [0.0] * 20, position=3 * BLOCK).turns
    assert (turn.start, turn.audio_start) == (3 * BLOCK, 3 * BLOCK)


def test_a_probability_between_the_thresholds_goes_on_but_starts_nothing() -> None:
    assert hear([0.2] * 40 + [0.0] * 30).turns == []
    (turn,) = hear([0.6] * 10 + [0.2] * 10 + [0.0] * 30).turns
    assert turn.end == 20 * BLOCK


def test_a_click_is_no_turn_and_is_never_announced() -> None:
    heard = hear([0.0] * 10 + [0.9] * 2 + [0.0] * 30)
    assert (heard.turns, heard.starts) == ([], [])


def test_a_turn_is_announced_once_with_the_position_of_its_first_speech() -> None:
    heard = hear([0.0] * 10 + [0.9] * 40 + [0.0] * 20)
    assert heard.starts == [10 * BLOCK]


def test_the_last_words_are_kept_when_the_call_ends_within_them() -> None:
    (turn,) = hear([0.0] * 10 + [0.9] * 20).turns
    assert (turn.start, turn.end) == (10 * BLOCK, 30 * BLOCK)


def test_nothing_comes_of_silence() -> None:
    heard = hear([0.0] * 200)
    assert heard.turns == []
    assert not any(result.speech for result in heard.results)


def test_a_turn_that_is_too_long_is_cut_at_its_quietest_recent_point() -> None:
    levels = [0.9] * 200
    levels[100:106] = [0.55] * 6
    first, second = hear(levels + [0.0] * 20).turns
    assert first.cut
    assert not second.cut
    assert 100 * BLOCK < first.end < 106 * BLOCK
    assert second.start == first.end


def test_no_sample_is_lost_or_doubled_at_a_cut() -> None:
    levels = list(0.6 + 0.3 * np.random.default_rng(0).random(500))
    turns = hear(levels).turns
    audio = np.concatenate([turn.audio for turn in turns])
    assert len(turns) > 3
    assert np.array_equal(audio, np.concatenate([block(level) for level in levels]))


def test_the_open_turn_grows_and_is_gone_when_the_turn_ends() -> None:
    detector, vad = TurnDetector(SETTINGS), ScriptedVad()
    lengths = []
    for level in [0.0] * 5 + [0.9] * 20 + [0.0] * 20:
        detector.push(vad, block(level))
        turn = detector.open_turn()
        lengths.append(0 if turn is None else turn.end - turn.start)
    assert max(lengths) == 20 * BLOCK
    assert lengths[-1] == 0


def test_looking_at_the_open_turn_changes_nothing() -> None:
    levels = [0.0] * 5 + [0.9] * 40 + [0.0] * 20
    looked, plain, vad = TurnDetector(SETTINGS), TurnDetector(SETTINGS), ScriptedVad()
    for level in levels:
        looked.open_turn()
        assert looked.push(vad, block(level)).speech == plain.push(vad, block(level)).speech
    assert pickle.dumps(looked) == pickle.dumps(plain)


LEVELS = st.lists(st.sampled_from([0.0, 0.1, 0.4, 0.6, 0.9]), min_size=1, max_size=300)


@given(levels=LEVELS)
def test_turns_are_in_order_apart_and_within_what_was_heard(levels: list[float]) -> None:
    turns = hear(levels).turns
    for before, after in pairwise(turns):
        assert before.end <= after.start
    for turn in turns:
        assert 0 <= turn.audio_start <= turn.start < turn.end <= len(levels) * BLOCK
        assert turn.end - turn.start <= LIMIT * BLOCK
        assert turn.end <= turn.audio_start + len(turn.audio) <= len(levels) * BLOCK


@given(levels=LEVELS, data=st.data())
def test_a_pickled_detector_goes_on_as_if_nothing_had_happened(
    levels: list[float], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(levels)))
    vad = ScriptedVad()
    whole, first = TurnDetector(SETTINGS), TurnDetector(SETTINGS)
    for level in levels[:at]:
        whole.push(vad, block(level))
        first.push(vad, block(level))
    second: TurnDetector = pickle.loads(pickle.dumps(first))
    for level in levels[at:]:
        one, other = whole.push(vad, block(level)), second.push(vad, block(level))
        assert (one.speech, one.started) == (other.speech, other.started)
        assert (one.ended is None) == (other.ended is None)
        if one.ended is not None and other.ended is not None:
            assert (one.ended.start, one.ended.end) == (other.ended.start, other.ended.end)
            assert np.array_equal(one.ended.audio, other.ended.audio)


def test_the_sound_handed_over_is_not_the_callers_to_change() -> None:
    detector, vad = TurnDetector(SETTINGS), ScriptedVad()
    shared = silence(BLOCK / 16_000)
    for level in [0.9] * 20:
        shared[:] = level
        detector.push(vad, shared)
    shared[:] = 0.0
    turn = detector.finish()
    assert turn is not None
    assert np.all(turn.audio == np.float32(0.9))
