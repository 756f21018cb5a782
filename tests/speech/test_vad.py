"""The voice activity network as a stream."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from assist.models import vad_path
from assist.speech.turns import VadModel
from assist.speech.vad import BLOCK, VadState
from tests import signals
from tests.signals import Signal
from tests.speech.recordings import blocks, channels, detect


def stream(vad: VadModel, audio: Signal) -> list[float]:
    state = VadState()
    return [vad.probability(state, block) for block in blocks(audio)]


def batch(audio: Signal) -> Signal:
    """All blocks in one run of the network, as offline users of Silero call it."""
    split = blocks(audio)
    before = np.concatenate([np.zeros((1, 64), np.float32), split[:-1, -64:]])
    zeros = np.zeros((1, 1, 128), np.float32)
    session = onnxruntime.InferenceSession(str(vad_path()), providers=["CPUExecutionProvider"])
    given = {"input": np.concatenate([before, split], axis=1), "h": zeros, "c": zeros}
    return np.asarray(session.run(None, given)[0]).ravel()


def test_a_stream_gives_exactly_what_one_pass_gives(vad: VadModel) -> None:
    noise = signals.pink_noise(3.0) + signals.voiced_tone(3.0)
    assert np.array_equal(np.float32(stream(vad, noise)), batch(noise))


def test_two_channels_do_not_touch_each_other(vad: VadModel) -> None:
    one, other = signals.voiced_tone(1.0), signals.white_noise(1.0)
    first, second = VadState(), VadState()
    together = [
        (vad.probability(first, a), vad.probability(second, b))
        for a, b in zip(blocks(one), blocks(other), strict=True)
    ]
    assert [pair[0] for pair in together] == stream(vad, one)
    assert [pair[1] for pair in together] == stream(vad, other)


def test_a_block_of_another_length_is_refused(vad: VadModel) -> None:
    with pytest.raises(ValueError, match=str(BLOCK)):
        vad.probability(VadState(), np.zeros(BLOCK - 1, np.float32))


@pytest.mark.parametrize(
    "sound",
    [
        signals.silence(6.0),
        signals.white_noise(6.0),
        signals.white_noise(6.0, -12.0),
        signals.pink_noise(6.0),
        signals.pink_noise(6.0, -12.0),
        signals.ringback_eu(11.0),
        signals.ringback_tr(13.0),
        signals.ringback_us(13.0),
        signals.busy_tone(5.0),
        signals.dtmf("5551234567890*#"),
        signals.hold_music(12.0),
        signals.hold_music(12.0, -10.0),
    ],
    ids=[
        "silence", "white", "loud white", "pink", "loud pink", "ringback eu", "ringback tr",
        "ringback us", "busy", "dtmf", "hold music", "loud hold music",
    ],
)  # fmt: skip
def test_the_sounds_of_a_line_are_no_turns(vad: VadModel, sound: Signal) -> None:
    assert detect(vad, sound) == []


def test_speech_within_noise_is_still_found(vad: VadModel, samples: Path) -> None:
    agent = channels(samples / "en_solved.flac")[0][: 16_000 * 15]
    noisy = agent + signals.pink_noise(len(agent) / 16_000, -45.0)
    assert detect(vad, noisy)
