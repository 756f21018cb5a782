from __future__ import annotations

import itertools
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assist.audio.decode import LegDecoder, decode_samples, encode_samples
from assist.audio.frames import Encoding, Leg
from assist.events import Role
from tests.audio.signals import tones

BOTH = (Role.AGENT, Role.CALLER)


def decoded(leg: Leg, parts: list[bytes]) -> NDArray[np.float32]:
    decoder = LegDecoder(leg)
    return np.concatenate([*(decoder.push(part) for part in parts), decoder.flush()], axis=1)


@settings(deadline=None, max_examples=40)
@given(
    encoding=st.sampled_from(Encoding),
    rate=st.sampled_from((8000, 16000, 44100)),
    channels=st.integers(1, 2),
    cuts=st.lists(st.integers(0, 16000), max_size=12),
    odd=st.integers(0, 3),
)
def test_bytes_may_be_cut_anywhere(
    encoding: Encoding, rate: int, channels: int, cuts: list[int], odd: int
) -> None:
    leg = Leg(encoding, rate, BOTH[:channels])
    data = encode_samples(tones(0.2, rate, channels), encoding)
    data = data[: len(data) - odd]
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    parts = [data[a:b] for a, b in itertools.pairwise(edges)]
    result = decoded(leg, parts)
    np.testing.assert_array_equal(result, decoded(leg, [data]))
    assert result.dtype == np.float32
    assert result.shape == (channels, -(-(len(data) // leg.frame_bytes) * 16000 // rate))


def test_samples_at_16_khz_are_only_scaled() -> None:
    samples = np.array([[-32768, 32767], [0, 16384]], np.int16)
    leg = Leg(Encoding.PCM_S16LE, 16000, BOTH)
    result = decoded(leg, [encode_samples(samples, leg.encoding)])
    np.testing.assert_array_equal(result, [[-1.0, 0.0], [32767 / 32768, 0.5]])


def test_interleaved_channels_equal_separate_legs() -> None:
    samples = tones(0.5, 8000)
    together = decoded(Leg(Encoding.MULAW, 8000, BOTH), [encode_samples(samples, Encoding.MULAW)])
    for channel, role in enumerate(BOTH):
        alone = encode_samples(samples[:, channel], Encoding.MULAW)
        mono = decoded(Leg(Encoding.MULAW, 8000, (role,)), [alone])
        np.testing.assert_array_equal(mono[0], together[channel])


@pytest.mark.parametrize("encoding", Encoding)
def test_a_tone_keeps_its_pitch_and_loudness(encoding: Encoding) -> None:
    samples = tones(1.0, 8000, 1)
    result = decoded(Leg(encoding, 8000, (Role.CALLER,)), [encode_samples(samples, encoding)])
    spectrum = np.abs(np.fft.rfft(result[0]))
    assert np.argmax(spectrum) == 300
    assert np.std(result) == pytest.approx(np.std(samples / 32768), rel=0.02)


@pytest.mark.parametrize("encoding", Encoding)
def test_what_is_encoded_can_be_decoded(encoding: Encoding) -> None:
    samples = tones(0.1, 8000, 1)[:, 0]
    again = decode_samples(encode_samples(samples, encoding), encoding)
    tolerance = 0 if encoding is Encoding.PCM_S16LE else 512
    assert np.abs(again.astype(int) - samples).max() <= tolerance


def test_a_pickled_decoder_goes_on_within_a_sample() -> None:
    leg = Leg(Encoding.PCM_S16LE, 8000, BOTH)
    data = encode_samples(tones(0.3, 8000), leg.encoding)
    decoder = LegDecoder(leg)
    before = decoder.push(data[:2403])
    restored: LegDecoder = pickle.loads(pickle.dumps(decoder))
    after = (restored.push(data[2403:]), restored.flush())
    np.testing.assert_array_equal(np.concatenate((before, *after), axis=1), decoded(leg, [data]))
