"""The spectrogram is the one Whisper was trained on."""

from __future__ import annotations

import numpy as np
import pytest
from faster_whisper.feature_extractor import FeatureExtractor

from assist.speech.mel import HOP, LogMel, mel_filters
from tests import signals


@pytest.mark.parametrize("bins", [80, 128])
def test_the_filters_are_those_of_the_reference(bins: int) -> None:
    reference = FeatureExtractor(feature_size=bins).mel_filters
    assert np.allclose(mel_filters(bins), reference, atol=1e-7)


def test_the_features_are_those_of_the_reference() -> None:
    audio = signals.voiced_tone(2.0) + signals.pink_noise(2.0, -50.0)
    reference = FeatureExtractor()(audio)[:, :199]
    assert np.allclose(LogMel(80)(audio, 200)[:, :199], reference, atol=1e-5)


def test_longer_audio_is_cut_and_shorter_is_filled_with_silence() -> None:
    audio = signals.white_noise(1.0)
    features = LogMel(80)(audio, 150)
    assert features.shape == (80, 150)
    assert np.all(features[:, 110:] == features.min())
    cut = LogMel(80)(signals.white_noise(3.0), 150)
    assert cut.shape == (80, 150)
    assert cut[:, 149].mean() > features[:, 149].mean()


@pytest.mark.parametrize("samples", [0, 1, 7, HOP, 399, 401])
def test_any_length_of_audio_is_taken(samples: int) -> None:
    features = LogMel(80)(np.full(samples, 0.1, np.float32), 10)
    assert features.shape == (80, 10)
    assert np.all(np.isfinite(features))
