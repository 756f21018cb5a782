from __future__ import annotations

import pickle

import numpy as np
import pytest

from assist.emotion.features import NAMES, extract
from assist.emotion.training.telephone import Line
from tests.emotion.voices import voice


def measure(sound: np.ndarray, name: str) -> float:
    return float(extract(sound).values[NAMES.index(name)])


@pytest.mark.parametrize("gain", [0.02, 0.3, 8.0])
def test_measures_do_not_depend_on_the_gain_of_the_line(gain: float) -> None:
    sound = voice()
    quiet, loud = extract(sound), extract(sound * np.float32(gain))
    np.testing.assert_allclose(loud.values, quiet.values, atol=0.02, rtol=0.01)
    assert loud.level - quiet.level == pytest.approx(20 * np.log10(gain), abs=0.05)


def test_the_same_audio_gives_the_same_bits() -> None:
    first, second = extract(voice()), extract(voice())
    assert first.values.tobytes() == second.values.tobytes()
    assert first.level == second.level


@pytest.mark.parametrize(
    "sound",
    [np.zeros(16_000, np.float32), np.zeros(0, np.float32), voice(0.1)],
    ids=["silence", "nothing", "a tenth of a second"],
)
def test_what_is_no_speech_has_no_voice(sound: np.ndarray) -> None:
    features = extract(sound)
    assert features.voiced == 0
    assert not features.values.any()


@pytest.mark.parametrize("seconds", [0.26, 1.0, 3.0, 4.0])
def test_every_measure_is_a_number_for_noise_and_for_clipped_speech(seconds: float) -> None:
    noise = np.random.default_rng(1).standard_normal(int(16_000 * seconds)).astype(np.float32)
    for sound in (noise * 0.1, np.clip(voice(seconds) * 100, -1, 1), np.ones_like(noise)):
        features = extract(sound)
        assert np.isfinite(features.values).all()
        assert np.isfinite([features.level, features.active, features.contrast]).all()


def test_pitch_is_found_though_the_telephone_drops_the_fundamental() -> None:
    rng = np.random.default_rng(3)
    low, high = voice(pitch=110, bright=1.0), voice(pitch=165, bright=1.0)
    line = Line(rng, (25, 26))
    heard = [measure(line.carry(sound, 0.05, rng), "pitch_median") for sound in (low, high)]
    assert heard[1] - heard[0] == pytest.approx(12 * np.log2(165 / 110), abs=1.0)


def test_faster_syllables_are_a_faster_pace() -> None:
    assert measure(voice(3.0, pace=6), "pace") > 1.3 * measure(voice(3.0, pace=3), "pace")


def test_a_brighter_voice_has_a_smaller_alpha_ratio() -> None:
    assert measure(voice(bright=0.5), "alpha_ratio") < measure(voice(bright=1.8), "alpha_ratio") - 5


def test_noise_lowers_the_harmonics_to_noise_ratio() -> None:
    clean = voice(bright=1.0)
    noise = np.random.default_rng(0).standard_normal(len(clean)).astype(np.float32) * 0.03
    assert measure(clean + noise, "hnr") < measure(clean, "hnr") - 2


def test_features_can_be_sent_to_another_process() -> None:
    features = extract(voice())
    again = pickle.loads(pickle.dumps(features))
    assert again.values.tobytes() == features.values.tobytes()
    assert again.contrast == features.contrast
