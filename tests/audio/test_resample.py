from __future__ import annotations

import pickle

import numpy as np
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assist.audio.resample import Resampler

RATES = (8000, 11025, 12000, 22050, 24000, 32000, 44100, 48000)


def noise(frames: int, channels: int = 2) -> NDArray[np.float32]:
    samples = np.random.default_rng(1).standard_normal((frames, channels)) * 0.1
    return samples.astype(np.float32)


def at_once(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    resampler = Resampler(rate, 16000, samples.shape[1])
    return np.concatenate((resampler.push(samples), resampler.flush()))


@settings(deadline=None, max_examples=40)
@given(
    rate=st.sampled_from(RATES),
    frames=st.integers(0, 6000),
    cuts=st.lists(st.integers(0, 6000), max_size=12),
)
def test_any_chunking_gives_the_same_bits(rate: int, frames: int, cuts: list[int]) -> None:
    samples = noise(frames)
    resampler = Resampler(rate, 16000, 2)
    parts = [resampler.push(part) for part in np.split(samples, sorted(cuts))]
    joined = np.concatenate((*parts, resampler.flush()))
    np.testing.assert_array_equal(joined, at_once(samples, rate))


@pytest.mark.parametrize("rate", RATES)
def test_joined_blocks_equal_a_conversion_in_one_go(rate: int) -> None:
    samples = noise(rate)
    silence = np.zeros_like(samples)  # the first samples of soxr's own answer are less exact
    expected = soxr.resample(np.concatenate((silence, samples, silence)), rate, 16000)[16000:32000]
    result = at_once(samples, rate)
    loudest_difference = np.abs(result - expected).max() / np.abs(samples).max()
    assert 20 * np.log10(loudest_difference) < -110


@pytest.mark.parametrize("rate", [*RATES, 8001, 47999])
@pytest.mark.parametrize("frames", [0, 1, 7, 4001])
def test_the_length_is_that_of_the_same_time_at_the_new_rate(rate: int, frames: int) -> None:
    assert len(at_once(noise(frames), rate)) == -(-frames * 16000 // rate)


@pytest.mark.parametrize("rate", [8000, 24000, 48000])
def test_no_more_than_40_ms_are_held_back(rate: int) -> None:
    resampler = Resampler(rate, 16000, 1)
    read = written = 0
    for chunk in np.array_split(noise(rate, 1), 200):
        read += len(chunk)
        written += len(resampler.push(chunk))
        assert read / rate - written / 16000 <= 0.04


def test_channels_do_not_leak_into_each_other() -> None:
    both = noise(8000)
    left = at_once(both[:, :1].copy(), 8000)
    np.testing.assert_array_equal(at_once(both, 8000)[:, :1], left)


def test_a_pickled_resampler_goes_on_with_the_same_bits() -> None:
    samples = noise(4000)
    resampler = Resampler(8000, 16000, 2)
    before = resampler.push(samples[:1501])
    restored: Resampler = pickle.loads(pickle.dumps(resampler))
    after = np.concatenate((restored.push(samples[1501:]), restored.flush()))
    np.testing.assert_array_equal(np.concatenate((before, after)), at_once(samples, 8000))
