"""An echo is told from two people who speak at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soxr
from numpy.typing import NDArray

from assist.audio.files import open_recording
from assist.call.crosstalk import Crosstalk
from assist.events import SAMPLE_RATE
from assist.speech.turns import BLOCK

LENGTH = 8 * SAMPLE_RATE // BLOCK * BLOCK


def line(seed: int) -> NDArray[np.float32]:
    """Noise with the loudness of syllables, about five a second, and pauses between them."""
    rng = np.random.default_rng(seed)
    syllables = rng.random(5 * LENGTH // SAMPLE_RATE + 2) * (rng.random(42) > 0.2)
    loudness = np.interp(np.arange(LENGTH) * 5 / SAMPLE_RATE, np.arange(len(syllables)), syllables)
    return (0.1 * loudness * rng.standard_normal(LENGTH)).astype(np.float32)


def heard(caller: NDArray[np.float32], agent: NDArray[np.float32]) -> list[bool]:
    crosstalk, found = Crosstalk(), []
    for end in range(BLOCK, LENGTH + 1, BLOCK):
        crosstalk.push(end, caller[end - BLOCK : end], agent[end - BLOCK : end])
        if end >= 4 * SAMPLE_RATE and end % (8 * BLOCK) == 0:
            found.append(crosstalk.heard(end - 3 * SAMPLE_RATE, end - 4 * BLOCK))
    return found


@pytest.mark.parametrize("delay", [0.0, 0.12, 0.4])
def test_the_agents_voice_that_comes_back_is_heard(delay: float) -> None:
    agent = line(1)
    echo = 0.3 * np.roll(agent, int(delay * SAMPLE_RATE))
    noise = np.random.default_rng(2).normal(0, 0.002, LENGTH)
    assert all(heard((echo + noise).astype(np.float32), agent))


@pytest.mark.parametrize("gain", [0.2, 1.0, 4.0])
def test_two_people_who_speak_at_once_are_not_an_echo(gain: float) -> None:
    assert not any(heard((gain * line(3)).astype(np.float32), line(1)))


CALLS = Path(__file__).resolve().parents[3] / "shared" / "data" / "calls"


@pytest.mark.skipif(not CALLS.is_dir(), reason=f"{CALLS} is not there")
@pytest.mark.parametrize("name", ["en_auto_repairs_40", "tr_telecom_cozumlenmis"])
def test_a_real_call_has_no_echo_until_one_is_mixed_in(name: str) -> None:
    recording = open_recording(CALLS / f"{name}.flac")
    samples = np.concatenate(list(recording.blocks())).astype(np.float32) / 32768
    agent, caller = soxr.resample(samples, recording.rate, SAMPLE_RATE).T
    echo = caller + 0.2 * np.roll(agent, SAMPLE_RATE // 5)

    def windows(heard_line: NDArray[np.float32]) -> list[tuple[bool, bool]]:
        """Of every two seconds: whether the agent alone speaks, and whether that is heard."""
        crosstalk, found = Crosstalk(), []
        for end in range(BLOCK, len(agent) + 1, BLOCK):
            part = slice(end - BLOCK, end)
            crosstalk.push(end, heard_line[part], agent[part])
            start = end - 2 * SAMPLE_RATE
            if start > SAMPLE_RATE and end % (32 * BLOCK) == 0:
                alone = np.std(agent[start:end]) > 30 * np.std(caller[start:end])
                found.append((bool(alone), crosstalk.heard(start, end)))
        return found

    assert not any(heard for _, heard in windows(caller.copy()))
    of_agent = [heard for alone, heard in windows(echo) if alone]
    assert np.mean(of_agent) > 0.9


def test_a_silent_agent_is_not_an_echo() -> None:
    silence = np.zeros(LENGTH, np.float32)
    assert not any(heard(line(1), silence))
    assert not any(heard(line(1), (1e-3 * line(1)).astype(np.float32)))
