"""Letters and words of Turkish and English: casing, comparable form, tokens.

Python's own casing follows English: `"İPTAL".lower()` leaves a stray dot (U+0307) and
`"IŞIK".lower()` gives "işik". Turkish pairs i with İ and ı with I, so it has its own table
(Unicode Standard, SpecialCasing.txt, conditions `tr`).
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

_LOWER_TR = str.maketrans({"İ": "i", "I": "ı"})
_UPPER_TR = str.maketrans({"i": "İ", "ı": "I"})
_LOWER_EN = str.maketrans({"İ": "i"})
_PLAIN = str.maketrans({"â": "a", "î": "i", "û": "u", "’": "'", "‘": "'", "ʼ": "'", "\u0307": None})
_ASCII_TR = str.maketrans("çğıöşü", "cgiosu")
_ALPHABET_TR = {letter: n for n, letter in enumerate(" abcçdefgğhıijklmnoöpqrsştuüvwxyz")}
_PLAIN_WORD = re.compile(r"[^\W_]+")
_TOKEN = re.compile(r"[\w\u0300-\u036f]+(?:['’‘ʼ][\w\u0300-\u036f]+)*")


class Token(NamedTuple):
    """A word of a text: its comparable form and where it stands in the text (characters)."""

    folded: str
    start: int
    end: int


def lower_tr(text: str) -> str:
    """Turkish lower case: "İPTAL" → "iptal", "IŞIK" → "ışık"."""
    return unicodedata.normalize("NFC", text).translate(_LOWER_TR).lower()


def upper_tr(text: str) -> str:
    """Turkish upper case: "iptal" → "İPTAL", "ışık" → "IŞIK"."""
    return unicodedata.normalize("NFC", text).translate(_UPPER_TR).upper()


def lower(text: str, language: str) -> str:
    """Lower case by the rules of `language` ("tr" or anything else, taken as English)."""
    if language == "tr":
        return lower_tr(text)
    return unicodedata.normalize("NFC", text).translate(_LOWER_EN).lower()


def fold(text: str, language: str) -> str:
    """The form in which two spellings of the same words are equal.

    Lower case, composed, apostrophes unified, Turkish circumflexes dropped ("kâr" = "kar"),
    white space collapsed; other punctuation stays.
    """
    return " ".join(lower(text, language).translate(_PLAIN).split())


def ascii_tr(folded: str) -> str:
    """A folded Turkish word in plain Latin letters, as hurried typists write it."""
    return folded.translate(_ASCII_TR)


def tokens(text: str, language: str) -> list[Token]:
    """The words of `text`, folded, each with its place in the original text."""
    found = ((fold(match.group(), language), match) for match in _TOKEN.finditer(text))
    return [Token(folded, match.start(), match.end()) for folded, match in found if folded]


def compared_words(text: str, language: str) -> list[str]:
    """The words as two transcripts are compared by, for a word error rate.

    Folded, without apostrophes ("ABC'nin" = "ABCnin"); all other punctuation divides words.
    Numbers stay as they are written.
    """
    folded = fold(text, language).replace("'", "")
    return "".join(letter if letter.isalnum() else " " for letter in folded).split()


def plain_words(text: str) -> list[str]:
    """The words of `text` in small letters without any marks, whatever its language.

    "İADE'mi", "iade mi" and "IADE MI" are the same words, and so are "sipariş" and "siparis".
    They consist of letters and digits alone.
    """
    decomposed = unicodedata.normalize("NFKD", ascii_tr(fold(text, "tr")))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _PLAIN_WORD.findall(bare.lower())  # a decomposed sign may bring a capital


def alphabetical(text: str, language: str) -> tuple[int, ...]:
    """What to sort names by, as people of `language` expect them; marks of others do not count."""
    folded = fold(text, language)
    if language != "tr":
        folded = ascii_tr(folded)
    letters = (
        letter
        for one in folded
        for letter in (one if one in _ALPHABET_TR else unicodedata.normalize("NFKD", one))
        if not unicodedata.combining(letter)
    )
    return tuple(_ALPHABET_TR.get(letter, len(_ALPHABET_TR) + ord(letter)) for letter in letters)
