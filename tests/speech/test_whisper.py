"""Recognition with the real model."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from rapidfuzz.distance import Levenshtein

from assist.config import ModelSettings, SpeechSettings
from assist.errors import ModelError
from assist.speech.turns import Turn, VadModel
from assist.speech.whisper import MAX_SECONDS, Recognizer, stands
from assist.text import tokens
from tests import signals
from tests.signals import RATE, Signal
from tests.speech.recordings import TrueTurn, channels, detect, true_turns

BOTH = ("tr", "en")


def word_errors(truth: str, found: str) -> float:
    said, heard = ([t.folded for t in tokens(text, "en")] for text in (truth, found))
    return Levenshtein.distance(said, heard) / len(said)


@pytest.fixture(scope="module")
def call(samples: Path) -> Signal:
    return channels(samples / "en_solved.flac")


@pytest.fixture(scope="module")
def said(samples: Path) -> list[TrueTurn]:
    return true_turns(samples / "en_solved.json")


@pytest.fixture(scope="module")
def turns(vad: VadModel, call: Signal) -> list[Turn]:
    """The first turns of the agent."""
    return detect(vad, call[0][: 25 * RATE])


def test_the_words_of_a_turn_are_found(
    recognizer: Recognizer, call: Signal, said: list[TrueTurn]
) -> None:
    first = said[0]
    audio = call[first.channel][round(first.start * RATE) : round(first.end * RATE)]
    transcript = recognizer.transcribe(audio, ("en",))
    assert word_errors(first.text, transcript.text) < 0.25
    assert transcript.language == "en"


def test_turkish_is_found_and_written_with_its_own_letters(
    recognizer: Recognizer, samples: Path
) -> None:
    first = true_turns(samples / "tr_solved.json")[0]
    audio = channels(samples / "tr_solved.flac")[first.channel]
    turn = audio[round(first.start * RATE) : round(first.end * RATE)]
    transcript = recognizer.transcribe(turn, BOTH)
    assert transcript.language == "tr"
    assert "yardımcı olabilirim" in transcript.text
    assert word_errors(first.text, transcript.text) < 0.4


def test_words_are_in_order_within_the_turn_and_make_up_the_text(
    recognizer: Recognizer, turns: list[Turn]
) -> None:
    transcript = recognizer.transcribe(turns[0].audio, ("en",))
    assert " ".join(word.text for word in transcript.words) == transcript.text
    times = [time for word in transcript.words for time in (word.start, word.end)]
    assert times == sorted(times)
    assert times[0] >= 0.0
    assert times[-1] <= len(turns[0].audio) / RATE


def test_words_lie_where_the_speech_is(recognizer: Recognizer, turns: list[Turn]) -> None:
    for turn in turns[:2]:
        transcript = recognizer.transcribe(turn.audio, ("en",))
        offset = turn.audio_start / RATE
        assert transcript.words[0].start + offset == pytest.approx(turn.start / RATE, abs=0.3)
        assert transcript.words[-1].end + offset == pytest.approx(turn.end / RATE, abs=0.3)


def test_the_language_is_found_within_the_set(recognizer: Recognizer, turns: list[Turn]) -> None:
    transcript = recognizer.transcribe(turns[0].audio, BOTH)
    assert transcript.language == "en"
    assert transcript.language_probabilities["en"] > 0.8
    assert sum(transcript.language_probabilities.values()) == pytest.approx(1.0)


def test_the_same_audio_gives_the_same_transcript_whatever_came_before(
    recognizer: Recognizer, turns: list[Turn]
) -> None:
    alone = recognizer.transcribe(turns[0].audio, BOTH)
    for other in (turns[1].audio, signals.white_noise(2.0)):
        recognizer.transcribe(other, BOTH)
    recognizer.partial(turns[1].audio, "en")
    assert recognizer.transcribe(turns[0].audio.copy(), BOTH) == alone


def test_turns_recognised_together_are_what_they_are_alone(
    recognizer: Recognizer, turns: list[Turn]
) -> None:
    audios = [turn.audio for turn in turns]
    audios += [turns[0].audio[: 3 * RATE], turns[1].audio[RATE : 4 * RATE], turns[0].audio[:100]]
    audios += [signals.white_noise(2.0), signals.silence(1.0)]
    for prior in (None, {"tr": 0.9, "en": 0.1}):
        alone = [recognizer.transcribe(audio, BOTH, languages_prior=prior) for audio in audios]
        assert recognizer.transcribe_all(audios, BOTH, languages_prior=prior) == alone


def test_another_prior_can_make_it_another_transcript(
    recognizer: Recognizer, turns: list[Turn]
) -> None:
    audio = turns[0].audio
    found = recognizer.transcribe(audio, BOTH)
    for prior in (None, {"tr": 0.3, "en": 0.7}, {"tr": 1.0, "en": 0.0}):
        again = recognizer.transcribe(audio, BOTH, languages_prior=prior)
        assert stands(found, audio, prior) == (again == found)
    assert not stands(found, audio, {"tr": 1.0, "en": 0.0})


def test_threads_beside_it_change_nothing(recognizer: Recognizer, turns: list[Turn]) -> None:
    audios = [turn.audio[: 4 * RATE] for turn in turns[:3]]
    alone = [recognizer.transcribe(audio, ("en",)) for audio in audios]
    with ThreadPoolExecutor(3) as threads:
        together = threads.map(lambda audio: recognizer.transcribe(audio, ("en",)), audios)
    assert list(together) == alone


def test_a_partial_has_the_words_so_far(recognizer: Recognizer, turns: list[Turn]) -> None:
    audio = turns[0].audio
    final = recognizer.transcribe(audio, ("en",))
    partial = recognizer.partial(audio[: len(audio) // 2], "en")
    assert 0 < len(partial) < len(final.words)
    assert partial[-1].end <= len(audio) / 2 / RATE + 0.01


def test_a_short_word_is_said_once(recognizer: Recognizer, turns: list[Turn]) -> None:
    transcript = recognizer.transcribe(turns[0].audio, ("en",))
    word = next(w for w in transcript.words if w.end - w.start > 0.3)
    audio = turns[0].audio[round((word.start - 0.05) * RATE) : round((word.end + 0.1) * RATE)]
    padded = np.pad(audio, (RATE // 4, RATE // 4))
    said = [word.text for word in recognizer.transcribe(padded, ("en",)).words]
    assert said
    assert len(said) == len(set(said))


NOT_SPEECH = {
    "silence": signals.silence(2.0),
    "white noise": signals.white_noise(4.0),
    "loud noise": signals.pink_noise(2.0, -12.0),
    "quiet line": signals.white_noise(3.0, -60.0),
    "ringback eu": signals.ringback_eu(5.0),
    "ringback us": signals.ringback_us(4.0),
    "busy": signals.busy_tone(2.0),
    "dtmf": signals.dtmf("5551234"),
    "hold music": signals.hold_music(8.0),
    "loud hold music": signals.hold_music(4.0, -10.0),
    "humming": signals.voiced_tone(3.0),
    "high humming": signals.voiced_tone(2.0, 220.0),
}


@pytest.mark.parametrize("name", NOT_SPEECH)
def test_nothing_is_invented_even_if_the_sound_was_taken_for_a_turn(
    recognizer: Recognizer, name: str
) -> None:
    transcript = recognizer.transcribe(NOT_SPEECH[name], BOTH)
    assert (transcript.text, transcript.words, transcript.confidence) == ("", (), 0.0)


def test_a_partial_invents_nothing_either(recognizer: Recognizer) -> None:
    assert recognizer.partial(signals.hold_music(3.0), "tr") == ()
    assert recognizer.partial(signals.white_noise(2.0), "en") == ()


@pytest.mark.parametrize("samples_given", [0, 1, 1000])
def test_too_little_sound_is_nothing(recognizer: Recognizer, samples_given: int) -> None:
    audio = np.zeros(samples_given, np.float32)
    assert recognizer.transcribe(audio, ("tr",)).text == ""
    assert recognizer.partial(audio, "tr") == ()


def test_a_turn_longer_than_the_window_is_refused(recognizer: Recognizer) -> None:
    with pytest.raises(ValueError, match="at most 30 s"):
        recognizer.transcribe(np.zeros(round((MAX_SECONDS + 1) * RATE), np.float32), ("tr",))


def test_a_damaged_model_is_one_sentence(tmp_path: Path) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_text("{}")
    settings = ModelSettings(recognizer=str(tmp_path))
    with pytest.raises(ModelError) as caught:
        Recognizer.load(settings, SpeechSettings())
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_name_tells_the_weights(recognizer: Recognizer) -> None:
    assert recognizer.name == "whisper-base int8 905e5bf8"
