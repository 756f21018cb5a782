from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assist.config import ModelSettings
from assist.emotion.explanation import MEASURES, contributions, members, reasons
from assist.emotion.features import NAMES
from assist.emotion.model import CLASSES, ToneModel
from assist.emotion.training.untrained import write_untrained
from assist.errors import ModelError
from assist.models import tone_model_paths

SHIPPED = tone_model_paths(ModelSettings())
UNTRAINED = tone_model_paths(ModelSettings(tone_trained=False))


@pytest.fixture(scope="module", params=[*SHIPPED, *UNTRAINED], ids=lambda path: path.stem)
def model(request: pytest.FixtureRequest) -> ToneModel:
    return ToneModel.load(request.param)


def test_the_shipped_weights_are_small_and_expect_mostly_calm_callers(model: ToneModel) -> None:
    assert sum(path.stat().st_size for path in (*SHIPPED, *UNTRAINED)) < 10 << 20
    assert model.meta.priors[CLASSES.index("neutral")] > 0.8
    assert sum(model.meta.priors) == pytest.approx(1)


def test_without_a_baseline_the_level_of_the_line_means_nothing(model: ToneModel) -> None:
    quiet, loud = model.usual.copy(), model.usual.copy()
    loud[-1] += 25
    answers = model.estimate(np.stack([quiet, loud]), model.usual, 0)
    np.testing.assert_allclose(answers.logits[0], answers.logits[1])


def test_a_louder_voice_alone_is_not_anger(model: ToneModel) -> None:
    loud = model.usual.copy()
    loud[-1] += 12
    answer = model.estimate(loud[None], model.usual, 8).logits[0] + model.log_priors
    assert CLASSES[int(answer.argmax())] == "neutral"


@pytest.mark.parametrize("name", ["pitch_median", "pace"])
def test_a_higher_or_faster_voice_alone_is_not_anger(model: ToneModel, name: str) -> None:
    changed = model.usual.copy()
    changed[NAMES.index(name)] += 3 * model.spread[NAMES.index(name)]
    answer = model.estimate(changed[None], model.usual, 8).logits[0] + model.log_priors
    assert CLASSES[int(answer.argmax())] == "neutral"


def test_every_measure_belongs_to_one_group() -> None:
    assert (members().sum(axis=0) == 1).all()
    assert (members().sum(axis=1) > 0).all()


def test_nothing_is_named_when_nothing_changed(model: ToneModel) -> None:
    gains = contributions(model, model.usual, model.usual, 4, 0)
    np.testing.assert_allclose(gains, 0, atol=1e-9)
    assert reasons(gains, model.usual, model.usual, True, "en") == ()


def test_removing_a_named_measure_lowers_the_state_more_than_removing_others(
    model: ToneModel,
) -> None:
    rng = np.random.default_rng(0)
    changed = model.usual + model.spread * rng.normal(0, 1.5, len(model.usual)).astype(np.float32)
    gains = contributions(model, changed, model.usual, 8, 0)
    strongest = int(gains.argmax())

    def odds(observed: np.ndarray) -> float:
        logits = model.estimate(observed[None], model.usual, 8).logits[0] + model.log_priors
        return float(logits[0] - np.log(np.exp(logits[1:]).sum()))

    groups = members(len(model.usual))
    falls = [odds(changed) - odds(np.where(group, model.usual, changed)) for group in groups]
    assert int(np.argmax(falls)) == strongest
    np.testing.assert_allclose(falls, gains, atol=1e-3)


@pytest.mark.parametrize("language", ["tr", "en"])
def test_each_measure_can_be_said_both_ways(language: str, model: ToneModel) -> None:
    said = set()
    for index in range(len(MEASURES)):
        for sign in (-1, 1):
            gains = np.zeros(len(MEASURES))
            gains[index] = 1.0
            changed = model.usual + sign * 10 * np.maximum(model.spread, 0.5)
            said.update(reasons(gains, changed, model.usual, True, language))
    assert len(said) == 2 * len(MEASURES)
    assert not any("{" in text for text in said)


def test_the_recogniser_decides_which_of_the_shipped_weights_are_used() -> None:
    best, other = (ToneModel.load(path) for path in SHIPPED)
    assert ToneModel.load_for(best.meta.encoder, SHIPPED).name == best.name
    assert ToneModel.load_for("another recogniser", SHIPPED).name == other.name
    with pytest.raises(ModelError, match="trained with the recogniser whisper-base"):
        ToneModel.load_for("another recogniser", SHIPPED[:1])


def test_the_untrained_weights_are_what_their_rules_say(tmp_path: Path) -> None:
    write_untrained(tmp_path / "again.onnx")
    assert (tmp_path / "again.onnx").read_bytes() == UNTRAINED[0].read_bytes()


def test_without_trained_weights_a_voice_that_rises_as_a_whole_is_heard() -> None:
    model = ToneModel.load(UNTRAINED[0])
    rise = {"level": 9, "pitch_median": 5, "pitch_high": 6, "pitch_range": 5, "alpha_ratio": -6}
    rise |= {"hammarberg": -6, "energy_deviation": 1.5, "hnr": -3}
    excited = np.array([rise.get(name, 0.0) for name in (*NAMES, "level")], np.float32)
    windows = np.stack([0 * excited, excited, -excited])
    known = model.estimate(windows, 0 * excited, 8)
    calm, angry, dull = (known.logits + model.log_priors).argmax(axis=1)
    assert (CLASSES[calm], CLASSES[angry]) == ("neutral", "angry")
    assert CLASSES[dull] in ("neutral", "sad")
    assert known.dimensions[1, 1] > 0.3 > -0.3 > known.dimensions[2, 1]
    unknown = model.estimate(windows, 0 * excited, 0)
    np.testing.assert_array_equal(unknown.logits[0], unknown.logits[1])


def test_a_missing_model_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="does not exist; train one"):
        ToneModel.load(tmp_path / "none.onnx")


def test_a_damaged_model_is_one_sentence(tmp_path: Path) -> None:
    whole = SHIPPED[0].read_bytes()
    (tmp_path / "cut.onnx").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelError, match=r"cut\.onnx cannot be loaded"):
        ToneModel.load(tmp_path / "cut.onnx")
