from __future__ import annotations

import pickle
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assist.emotion.windows import LONGEST, SHORTEST, SpeechWindows, Window
from assist.events import SAMPLE_RATE

BLOCK = 512
runs = st.lists(st.tuples(st.booleans(), st.integers(1, 120), st.booleans()), max_size=12)


def play(pattern: list[tuple[bool, int, bool]]) -> tuple[list[Window], list[bool], list[int]]:
    """Runs of (speech, blocks, the turn ends after it); each block holds its own number."""
    cutter, windows, spoken, ends = SpeechWindows(), [], [], [0]
    for speech, blocks, over in pattern:
        for _ in range(blocks):
            number = len(spoken)
            window = cutter.push(np.full(BLOCK, number, np.float32), number * BLOCK, speech)
            spoken.append(speech)
            windows += [window] if window else []
        if over:
            window = cutter.turn_ended()
            windows += [window] if window else []
            ends.append(len(spoken) * BLOCK)
    return windows, spoken, ends


@given(runs)
def test_a_window_is_a_stretch_of_one_turn_that_ends_with_speech(pattern) -> None:
    windows, spoken, ends = play(pattern)
    for window in windows:
        assert len(window.audio) == window.end - window.start <= LONGEST
        assert window.audio[0] * BLOCK == window.start
        assert spoken[window.end // BLOCK - 1]
        assert not any(window.start < end < window.end for end in ends)
    assert [w.end for w in windows] == sorted({w.end for w in windows})


@given(runs)
def test_there_are_no_more_windows_than_seconds_and_pauses_of_speech(pattern) -> None:
    windows, spoken, ends = play(pattern)
    seconds = sum(spoken) * BLOCK / SAMPLE_RATE
    pauses = sum(before and not after for before, after in pairwise(spoken))
    assert len(windows) <= seconds + pauses + len(ends)


def test_speech_gives_about_one_window_a_second() -> None:
    windows, _, _ = play([(True, 313, True)])  # ten seconds
    assert 9 <= len(windows) <= 10
    assert windows[0].end >= SHORTEST
    assert len(windows[-1].audio) > LONGEST - BLOCK


def test_a_turn_of_less_than_a_second_has_no_window() -> None:
    assert play([(True, 30, True), (True, 30, True)])[0] == []


def test_the_end_of_a_turn_gives_its_remainder() -> None:
    windows, _, _ = play([(True, 50, True)])
    assert [window.end for window in windows] == [32 * BLOCK, 50 * BLOCK]


def test_a_pause_gives_the_remainder_at_once_and_the_turn_goes_on() -> None:
    windows, _, _ = play([(True, 50, False), (False, 8, False), (True, 40, False)])
    assert [window.end for window in windows] == [32 * BLOCK, 50 * BLOCK, 90 * BLOCK]
    early, _, _ = play([(True, 50, False), (False, 7, False)])
    assert [window.end for window in early] == [32 * BLOCK]


def test_silence_behind_the_last_word_is_left_out_and_pauses_are_kept() -> None:
    windows, _, _ = play(
        [(True, 20, False), (False, 5, False), (True, 30, False), (False, 9, True)]
    )
    assert windows[-1].end == 55 * BLOCK
    assert len(windows[-1].audio) == 55 * BLOCK


def test_lost_audio_ends_what_was_collected() -> None:
    cutter = SpeechWindows()
    block = np.zeros(BLOCK, np.float32)
    for index in range(31):
        assert cutter.push(block, index * BLOCK, True) is None
    assert cutter.push(block, 100 * BLOCK, True) is None
    assert cutter.turn_ended() is None


def test_a_half_collected_window_survives_a_checkpoint() -> None:
    cutter = SpeechWindows()
    for index in range(31):
        cutter.push(np.full(BLOCK, index, np.float32), index * BLOCK, True)
    window = pickle.loads(pickle.dumps(cutter)).push(np.zeros(BLOCK, np.float32), 31 * BLOCK, True)
    assert window is not None
    assert window.start == 0
