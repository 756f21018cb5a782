"""Claims about likeness: what it adds to the patterns, and what it may not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assist.guidance.lexicon import lexicon
from assist.guidance.likeness import Fusion, LikenessModel, Trained, features, pieces
from assist.guidance.morphology import words
from assist.guidance.situations import classify


def model_of(telling: dict[str, float]) -> LikenessModel:
    """A model of one situation, "defect", that knows some words."""
    numbers = {number: 0.0 for word in telling for number in features(words(word, "en"))}
    known = np.asarray(sorted(numbers), np.uint32)
    weights = np.zeros((len(known), 1), np.float32)
    for word, weight in telling.items():
        for number in features(words(word, "en")):
            weights[np.searchsorted(known, number), 0] = weight
    ones = np.ones(len(known), np.float32)
    trained = Trained(("defect",), known, ones, weights, np.asarray([-1.0], np.float32))
    return LikenessModel(trained, {"defect": Fusion(0.0, 1.0, 1.0, 1.0)})


def test_the_most_telling_words_are_named() -> None:
    line = words("well my kettle leaks", "en")
    sound = model_of({"leaks": 2.0}).sound(line)
    found = sound.likeness()["defect"]
    assert found.odds > 0
    assert sound.words("defect", found.piece) == (3,)


def test_words_that_nobody_knows_leave_the_odds_as_they_are() -> None:
    found = model_of({"leaks": 2.0}).sound(words("xyzzy qwv", "en")).likeness()["defect"]
    assert found.odds == pytest.approx(-1.0)


def test_one_remark_in_a_long_turn_is_not_drowned() -> None:
    model = model_of({"leaks": 2.0})
    short = model.sound(words("it leaks", "en")).likeness()["defect"].odds
    long = model.sound(words("so um " * 60 + "it leaks", "en")).likeness()["defect"].odds
    assert long > 0
    assert long == pytest.approx(short, abs=1.5)


def test_a_long_sentence_is_read_in_parts_that_leave_nothing_out() -> None:
    line = words("one " * 100 + ". two", "en")
    parts = pieces(line)
    assert {index for start, end in parts for index in range(start, end)} == set(range(101))
    assert all(end - start <= 24 for start, end in parts)
    assert parts[-1] == (100, 101)


@pytest.mark.parametrize(
    ("text", "language", "speaker", "name"),
    [
        ("the radiator's stone cold", "en", "caller", "defect"),
        ("belim kırıldı inşaatta iki aydır yatıyorum", "tr", "caller", "hardship"),
        ("she was so short with me", "en", "caller", "complaint"),
    ],
)
def test_what_no_pattern_knows_is_found_and_quoted(
    text: str, language: str, speaker: str, name: str
) -> None:
    by_pattern = classify(text, speaker=speaker, language=language, book=lexicon(language))
    assert name not in {tag.tag for tag in by_pattern}
    found = {tag.tag: tag for tag in classify(text, speaker=speaker, language=language)}
    assert found[name].evidence
    assert all(text[span.start : span.end] == span.text for span in found[name].evidence)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Oh my God, I can't find my pen.", "en"),
        ("Damn it, I've dropped my glasses.", "en"),
        ("Oh Jesus, the dog's barking again.", "en"),
        ("Hay aksi, kalemim bitti.", "tr"),
        ("Allah kahretsin, şarjım bitiyor.", "tr"),
        ("Aman Allahım, ne gündü.", "tr"),
    ],
)
def test_an_exclamation_is_no_abuse(text: str, language: str) -> None:
    found = classify(text, speaker="caller", language=language)
    assert "abuse" not in {tag.tag for tag in found}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Damn you and your company.", "en"),
        ("You bloody crooks.", "en"),
        ("Go to hell, the lot of you.", "en"),
        ("Allah sizi kahretsin.", "tr"),
        ("Allah belanızı versin.", "tr"),
        ("Lanet olsun sizin şirketinize.", "tr"),
    ],
)
def test_swearing_at_the_company_is_abuse(text: str, language: str) -> None:
    found = classify(text, speaker="caller", language=language)
    assert "abuse" in {tag.tag for tag in found}


def test_the_same_sentences_give_the_same_model() -> None:
    pytest.importorskip("sklearn")
    from assist.guidance.labelled import read_labelled
    from assist.guidance.training import train

    sentences = read_labelled(Path(__file__).parent / "sentences" / "en.tsv")[::80]
    one, other = train(sentences, "en"), train(sentences, "en")
    assert one.keys() == other.keys()
    assert all(np.array_equal(one[name], other[name]) for name in one)
