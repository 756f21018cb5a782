"""Claims about Turkish and English letters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assist.text import (
    ascii_tr,
    compared_words,
    fold,
    lower,
    lower_tr,
    plain_words,
    tokens,
    upper_tr,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("İPTAL", "iptal"), ("IŞIK", "ışık"), ("ŞİKÂYET", "şikâyet"), ("I\u0307PTAL", "iptal")],
)
def test_turkish_capitals_become_the_right_small_letters(text: str, expected: str) -> None:
    assert lower_tr(text) == expected


def test_turkish_small_letters_become_the_right_capitals() -> None:
    assert upper_tr("iptal ışık çöğüş") == "İPTAL IŞIK ÇÖĞÜŞ"


def test_english_keeps_its_own_i() -> None:
    assert lower("INVOICE", "en") == "invoice"
    assert lower("İnvoice", "en") == "invoice"


def test_spellings_of_the_same_words_fold_to_the_same() -> None:
    assert fold("  Kâr’ın\tPAYI ", "tr") == fold("kar'ın payı", "tr")
    assert fold("s\u0327ikayet", "tr") == fold("ŞİKAYET", "tr")


def test_transcripts_are_compared_without_casing_and_punctuation() -> None:
    assert compared_words("ABC'nin IŞIK’ı, kâr; 1.250 TL!", "tr") == [
        *("abcnin", "ışıkı", "kar", "1", "250", "tl"),
    ]
    assert compared_words("It's INSIDE—well…", "en") == ["its", "inside", "well"]


def test_tokens_stand_where_the_text_has_them() -> None:
    text = "Şikâyetçiyim, ABC'nin İPTALİ!"
    found = tokens(text, "tr")
    assert [token.folded for token in found] == ["şikayetçiyim", "abc'nin", "iptali"]
    assert [text[token.start : token.end] for token in found] == [
        "Şikâyetçiyim",
        "ABC'nin",
        "İPTALİ",
    ]


def test_plain_letters_are_what_hurried_typists_write() -> None:
    assert ascii_tr("çözülmüş şığ") == "cozulmus sig"


@given(st.text(), st.sampled_from(["tr", "en"]))
def test_any_text_has_tokens_in_order_within_it(text: str, language: str) -> None:
    end = 0
    for token in tokens(text, language):
        assert end <= token.start < token.end <= len(text)
        assert token.folded
        end = token.end


def test_plain_words_are_the_same_in_every_spelling() -> None:
    for text in ("İADE'mi", "iade mi?", "IADE_MI", "i\u0307ade-mi"):
        assert plain_words(text) == ["iade", "mi"]
    assert plain_words("Kâğıt, ÇÖĞÜŞ; café №5") == ["kagit", "cogus", "cafe", "no5"]
