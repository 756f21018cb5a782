"""Turkish text as the phonetic symbols that the Kokoro voices were trained on.

Turkish spelling is close to its sound, so a letter stands for a symbol. Three things need rules:
the soft g, which lengthens, glides or vanishes by its neighbours; the stress, which falls on the
last vowel unless a word or an ending says otherwise; and the few words that follow no rule.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

STRESS = "ˈ"
_MARK = "'"  # written before the stressed vowel in a table of exceptions

_LETTERS = {
    "c": "ʤ",
    "ç": "ʧ",
    "e": "ɛ",
    "g": "ɡ",
    "ğ": "ː",
    "ı": "ɤ",
    "j": "ʒ",
    "ö": "ø",
    "r": "ɾ",
    "ş": "ʃ",
    "ü": "y",
    "y": "j",
    "â": "a",
    "î": "i",
    "û": "u",
}
_VOWELS = "aeıioöuüâîû"
_FRONT = "eiöü"
_WORD = re.compile("[a-zçğıöşüâîû]+")
_PRESENT = re.compile("[ıiuü]yor")


def phonemes(text: str, exceptions: Mapping[str, str]) -> str:
    """Phonetic symbols of `text`; punctuation is kept.

    `exceptions` maps a lower-case word to how it is said, in Turkish letters with `'` before the
    stressed vowel.
    """
    lowered = text.replace("İ", "i").replace("I", "ı").lower().replace("'", "").replace("’", "")
    return _WORD.sub(lambda found: _word(exceptions.get(found[0], found[0])), lowered)


def _word(word: str) -> str:
    marked = word if _MARK in word else _stressed(word)
    letters = _without_soft_g(marked)
    return "".join(
        STRESS if letter == _MARK else _LETTERS.get(letter, letter) for letter in letters
    )


def _stressed(word: str) -> str:
    vowels = [index for index, letter in enumerate(word) if letter in _VOWELS]
    if len(vowels) < 2:
        return word
    present = _PRESENT.search(word)
    at = present.start() if present else vowels[-1]
    return word[:at] + _MARK + word[at:]


def _without_soft_g(word: str) -> str:
    return "".join(
        _soft_g(word[:index], word[index + 1 :]) if letter == "ğ" else letter
        for index, letter in enumerate(word)
    )


def _soft_g(before: str, after: str) -> str:
    left = before.replace(_MARK, "")[-1:]
    right = after.replace(_MARK, "")[:1]
    if not right or right not in _VOWELS:
        return "ː"
    if left in _FRONT and right in _FRONT:
        return "y"
    return "ː" if left == right else ""
