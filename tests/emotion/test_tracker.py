"""The tracker on features that are made up, judged by a model whose answers are known."""

from __future__ import annotations

import pickle
from types import SimpleNamespace

import numpy as np
import pytest

from assist.config import ToneSettings
from assist.emotion.baseline import FULL, CallerBaseline
from assist.emotion.features import NAMES
from assist.emotion.model import Estimates
from assist.emotion.tracker import ToneState, ToneTracker
from assist.events import SAMPLE_RATE, Evidence, ToneLabel
from tests.emotion.voices import made_up

WIDTH = len(NAMES) + 1
PITCH = NAMES.index("pitch_median")


class PitchModel:
    """Hears anger in a pitch above the reference, sadness in one below; 2 units are clear."""

    usual = np.full(WIDTH, 20.0, np.float32)
    spread = np.ones(WIDTH, np.float32)
    log_priors = np.log(np.array([0.06, 0.03, 0.05, 0.86]))
    meta = SimpleNamespace(novelty=3.0)

    def estimate(self, measures: np.ndarray, baseline: np.ndarray, count: float) -> Estimates:
        reference = baseline if count else self.usual
        rise = (measures - reference)[:, PITCH].astype(np.float64)
        logits = np.stack([2 * (rise - 1), 0 * rise - 2, -2 * (rise + 1), 0 * rise], axis=1)
        dimensions = np.stack([-0.3 * np.abs(rise), np.clip(0.4 * rise, -1, 1)], axis=1)
        return Estimates(logits, dimensions, np.abs(measures).max(axis=1) / 100)


MODEL = PitchModel()


def window(rise: float = 0.0, **quality: float):
    change = np.zeros(WIDTH)
    change[PITCH] = rise
    return made_up(MODEL.usual, change, **quality)


class Caller:
    """A tracker that is told one window a second."""

    def __init__(self, voice: np.ndarray | None = None) -> None:
        self.tracker = ToneTracker(ToneSettings(), voice)
        self.second = 0

    def says(self, *rises: float, language: str = "en", **quality: float) -> list[ToneState]:
        states = []
        for rise in rises:
            start = self.second * SAMPLE_RATE
            states.append(
                self.tracker.update(
                    MODEL, window(rise, **quality), start, start + SAMPLE_RATE, language
                )
            )
            self.second += 1
        return states


def labels(states: list[ToneState]) -> list[str]:
    return [str(state.label) for state in states]


def test_a_calm_caller_is_never_called_upset() -> None:
    rng = np.random.default_rng(0)
    states = Caller().says(*rng.normal(0, 0.5, 600))
    assert set(labels(states)) == {"unsure", "neutral"}
    assert labels(states)[3:] == ["neutral"] * 597


def test_a_caller_with_a_high_voice_is_compared_with_that_voice() -> None:
    states = Caller().says(*[0.8] * 60)
    assert "angry" not in labels(states)
    assert labels(states)[-1] == "neutral"


def test_a_voice_that_truly_turns_is_angry_within_five_seconds() -> None:
    caller = Caller()
    caller.says(*[0.0] * 20)
    states = caller.says(*[2.5] * 5)
    assert labels(states)[-1] == "angry"
    assert states[-1].valence < -0.2
    assert states[-1].arousal > 0.3
    assert states[-1].trend < 0


def test_one_loud_second_is_not_anger() -> None:
    caller = Caller()
    caller.says(*[0.0] * 20)
    states = caller.says(4.0, 0.0, 0.0, 0.0)
    assert "angry" not in labels(states)


def test_a_caller_who_calms_down_is_neutral_again_and_warms_up() -> None:
    caller = Caller()
    caller.says(*[0.0] * 20, *[2.5] * 8)
    states = caller.says(*[0.0] * 12)
    assert labels(states)[-1] == "neutral"
    assert max(state.trend for state in states) > 0.2


def test_anger_is_never_learnt_as_normal() -> None:
    caller = Caller()
    caller.says(*[0.0] * 20)
    states = caller.says(*[2.5] * 300)
    assert labels(states)[-1] == "angry"


def test_the_next_call_begins_with_the_voice_of_the_last_whatever_its_line() -> None:
    before = Caller()
    before.says(*[-1.5] * 20)
    voice = before.tracker.voice
    assert voice is not None
    voice[-1] += 30.0  # the level of another line
    caller = Caller(voice)
    assert set(labels(caller.says(*[-1.5] * 4))) == {"unsure", "neutral"}
    assert labels(Caller(voice).says(*[0.9] * 8))[-1] == "angry"
    assert labels(Caller().says(*[0.9] * 8))[-1] == "neutral"
    assert caller.tracker.voice is None  # of this call there is not enough yet
    caller.says(*[-1.5] * 8)
    assert caller.tracker.voice is not None
    assert caller.tracker.voice[-1] == pytest.approx(MODEL.usual[-1])


def test_a_slow_rise_is_not_followed_further_than_the_leash() -> None:
    baseline = CallerBaseline()
    for step in range(2000):
        baseline.learn(window(step * 0.01), MODEL.spread)
    assert baseline.centre is not None
    start = MODEL.usual[PITCH] + 0.01 * (FULL - 1) / 2
    assert baseline.centre[PITCH] == pytest.approx(start + 1.5, abs=0.05)


def test_a_caller_who_is_angry_from_the_first_word_sets_no_normal() -> None:
    caller = Caller()
    states = caller.says(*[3.5] * 30)
    assert labels(states)[-1] == "angry"
    assert not caller.tracker._baseline.known


@pytest.mark.parametrize(
    ("quality", "word"),
    [({"seconds": 0.5}, "little"), ({"contrast": 3.0}, "noisy"), ({"voiced": 0.02}, "voice")],
)
def test_speech_that_cannot_be_judged_is_unsure(quality: dict[str, float], word: str) -> None:
    states = Caller().says(*[0.0] * 4, **quality)
    assert labels(states)[-1] == "unsure"
    assert states[-1].confidence == 0
    assert word in states[-1].reasons[0]


def test_a_voice_far_from_all_training_data_is_unsure() -> None:
    states = Caller().says(*[500.0] * 4)
    assert labels(states) == ["unsure"] * 4


def test_a_noisy_moment_keeps_the_state_and_a_noisy_while_loses_it() -> None:
    caller = Caller()
    caller.says(*[0.0] * 20, *[2.5] * 8)
    states = caller.says(*[2.5] * 4, contrast=2.0)
    assert labels(states) == ["angry", "angry", "unsure", "unsure"]


def test_probabilities_sum_to_one_and_confidence_is_that_of_the_label() -> None:
    for state in Caller().says(*np.linspace(-3, 3, 40)):
        assert sum(state.probabilities.values()) == pytest.approx(1, abs=1e-3)
        expected = 0 if state.label is ToneLabel.UNSURE else state.probabilities[state.label]
        assert state.confidence == expected
        assert -1 <= state.trend <= 1


def test_reasons_are_in_the_language_of_the_call() -> None:
    for language, words in (("en", "semitones higher"), ("tr", "yarım ton daha tiz")):
        caller = Caller()
        caller.says(*[0.0] * 20)
        states = caller.says(*[2.5] * 6, language=language)
        assert words in states[-1].reasons[0]


def test_a_tracker_goes_on_from_its_checkpoint() -> None:
    rises = np.random.default_rng(2).normal(0.5, 1.2, 60)
    whole = Caller().says(*rises)
    caller = Caller()
    first = caller.says(*rises[:25])
    caller.tracker = pickle.loads(pickle.dumps(caller.tracker))
    assert first + caller.says(*rises[25:]) == whole


def said(caller: Caller, *situations: str, language: str = "en") -> ToneState | None:
    evidence = [(name, 0.9, Evidence("words", name, float(caller.second))) for name in situations]
    return caller.tracker.hear(MODEL, evidence, caller.second * SAMPLE_RATE, language)


def test_voice_and_words_are_shown_apart_and_decide_together() -> None:
    caller = Caller()
    caller.says(*[0.0] * 20)
    state = said(caller, "abuse", "complaint", "escalation")
    assert state is not None
    assert (state.label, state.voice, state.words) == ("angry", "neutral", "angry")
    assert [quote.text for quote in state.quotes] == ["abuse", "complaint", "escalation"]


def test_a_matter_of_fact_complaint_in_a_calm_voice_is_not_anger() -> None:
    caller = Caller()
    caller.says(*[0.0] * 20)
    state = said(caller, "delay", "repeat_contact")
    assert state is not None
    assert (state.label, state.words) == ("neutral", "angry")


def test_words_tip_the_scale_where_the_voice_is_in_doubt() -> None:
    doubtful = [1.6, 1.6, 1.2]
    alone, helped = Caller(), Caller()
    alone.says(*[0.0] * 20)
    helped.says(*[0.0] * 20)
    without = alone.says(*doubtful)
    said(helped, "complaint", "legal_threat")
    with_words = helped.says(*doubtful)
    assert without[-1].probabilities["angry"] < with_words[-1].probabilities["angry"]
    assert without[-1].voice == with_words[-1].voice


def test_what_was_said_fades_within_a_minute() -> None:
    caller = Caller()
    caller.says(*[0.0] * 20)
    said(caller, "abuse", "complaint")
    states = caller.says(*[0.0] * 70)
    assert states[0].words == "angry"
    assert states[-1].words is None
    assert states[-1].quotes == ()


def test_words_that_tell_of_no_feeling_change_nothing() -> None:
    caller = Caller()
    caller.says(*[0.0] * 5)
    assert said(caller, "question", "urgency") is None


def test_angry_words_are_not_spoken_into_the_normal() -> None:
    caller = Caller()
    caller.says(*[0.0] * 20)
    before = caller.tracker._baseline.centre
    said(caller, "abuse", "complaint", "escalation")
    caller.says(0.4, 0.4, 0.4)
    np.testing.assert_array_equal(caller.tracker._baseline.centre, before)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "calmed down after your apology"), ("tr", "özrünüzden sonra sakinleşti")],
)
def test_a_caller_who_calms_down_after_an_apology_is_said_to(language: str, words: str) -> None:
    caller = Caller()
    caller.says(*[0.0] * 20, *[2.5] * 10)
    caller.tracker.agent_said(["empathy", "apology"], caller.second * SAMPLE_RATE)
    states = caller.says(*[0.0] * 40, language=language)
    told = [state for state in states if state.recovery == "apology"]
    assert told
    assert told[0].label == "neutral"
    assert told[0].reasons[0] == words
    assert states[-1].recovery == ""


def test_calming_down_on_ones_own_is_nobodys_merit() -> None:
    caller = Caller()
    caller.tracker.agent_said(["apology"], 0)
    caller.says(*[0.0] * 20, *[2.5] * 10)
    assert not any(state.recovery for state in caller.says(*[0.0] * 40))


def test_a_state_knows_since_when_it_lasts() -> None:
    caller = Caller()
    states = caller.says(*[0.0] * 20, *[2.5] * 10)
    turned = labels(states).index("angry")
    assert states[turned].since == states[-1].since == pytest.approx(turned + 1)


def test_agitation_with_angry_words_is_not_joy() -> None:
    caller = Caller()
    caller.says(*[0.0] * 20)
    caller.tracker._belief = np.array([0.05, 0.75, 0.05, 0.15])
    state = said(caller, "escalation", "legal_threat")
    assert state is not None
    assert state.voice == "happy"
    assert state.probabilities["angry"] > 0.5 > state.probabilities["happy"]
