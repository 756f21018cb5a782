from __future__ import annotations

import itertools
from collections.abc import Callable

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from assist.audio import g711

CODES = np.arange(256, dtype=np.uint8)
EVERY_SAMPLE = np.arange(-32768, 32768).astype(np.int16)

Encode = Callable[[NDArray[np.int16]], NDArray[np.uint8]]
Decode = Callable[[NDArray[np.uint8]], NDArray[np.int16]]

LAWS = {
    "mulaw": (g711.encode_mulaw, g711.decode_mulaw),
    "alaw": (g711.encode_alaw, g711.decode_alaw),
}
# The ends of the segments in tables 1a and 2a of the Recommendation, and the step within each.
MULAW_ENDS = (31, 95, 223, 479, 991, 2015, 4063, 8159)
ALAW_ENDS = (32, 64, 128, 256, 512, 1024, 2048, 4096)


def decision_values(law: str) -> list[int]:
    """The positive decision values of tables 1a and 2a, scaled to 16 bits, without the last."""
    if law == "alaw":
        values = [2 * n for n in range(1, 17)]
        for start in ALAW_ENDS[:-1]:
            values += [start + start // 16 * n for n in range(1, 17)]
        return [8 * value for value in values[:-1]]
    values = [2 * n - 1 for n in range(1, 17)]
    for start, end in itertools.pairwise(MULAW_ENDS):
        values += [start + (end - start) // 16 * n for n in range(1, 17)]
    return [4 * value for value in values[:-1]]


@pytest.mark.parametrize(
    ("law", "code", "sample"),
    [
        ("mulaw", 0xFF, 0),
        ("mulaw", 0x7F, 0),
        ("mulaw", 0xFE, 8),
        ("mulaw", 0x80, 32124),
        ("mulaw", 0x00, -32124),
        ("mulaw", 0xEF, 4 * 33),
        ("alaw", 0xD5, 8),
        ("alaw", 0x55, -8),
        ("alaw", 0xAA, 32256),
        ("alaw", 0x2A, -32256),
        ("alaw", 0xC5, 8 * 33),
    ],
)
def test_known_codes_of_the_recommendation(law: str, code: int, sample: int) -> None:
    _, decode = LAWS[law]
    assert decode(np.array([code], np.uint8))[0] == sample


@pytest.mark.parametrize("law", LAWS)
def test_every_code_decodes_as_an_independent_decoder_does(law: str) -> None:
    reference = av.CodecContext.create(f"pcm_{law}", "r")
    reference.sample_rate, reference.layout = 8000, "mono"
    expected = reference.decode(av.Packet(CODES.tobytes()))[0].to_ndarray()[0]
    np.testing.assert_array_equal(LAWS[law][1](CODES), expected)


@pytest.mark.parametrize("law", LAWS)
def test_every_code_survives_the_round_trip(law: str) -> None:
    encode, decode = LAWS[law]
    np.testing.assert_array_equal(decode(encode(decode(CODES))), decode(CODES))


@pytest.mark.parametrize("law", LAWS)
def test_codes_change_exactly_at_the_decision_values(law: str) -> None:
    encode, decode = LAWS[law]
    heard = decode(encode(EVERY_SAMPLE)).astype(int)
    steps = EVERY_SAMPLE[1:][np.diff(heard) > 0].astype(int)
    expected = decision_values(law)
    assert [step for step in steps if step > 0] == expected
    # Below zero a decision value belongs to the smaller step, as in the G.191 tools.
    assert [-step for step in steps if step < 0] == expected[::-1]


@pytest.mark.parametrize("law", LAWS)
def test_louder_samples_never_get_a_quieter_code(law: str) -> None:
    encode, decode = LAWS[law]
    heard = decode(encode(EVERY_SAMPLE)).astype(int)
    assert (np.diff(heard) >= 0).all()
    assert np.abs(heard - EVERY_SAMPLE).max() <= 1024


def test_the_shape_is_kept() -> None:
    samples = np.zeros((5, 2), np.int16)
    assert g711.encode_mulaw(samples).shape == g711.decode_alaw(g711.encode_alaw(samples)).shape
