"""Figures and days as people write and say them: "1.250 TL", "iki yüz elli lira", "by Friday".

They are brought to one form, so that a text can be asked whether it has a figure that another
one has not. Where it is not certain whether a word is meant as a number, it counts as one.
"""

from __future__ import annotations

import re

import msgspec

from assist.text import fold


class Figure(msgspec.Struct, frozen=True):
    """A number and what it counts, `unit` empty where that is not said.

    A day or a part of a day has its name as `value` and the unit "when".
    """

    value: str
    unit: str = ""


def figures(text: str, language: str) -> tuple[Figure, ...]:
    """All figures of a text, in order."""
    line = _pieces(_GREETING.sub(" ", fold(text, language)))
    found: list[Figure] = []
    index = 0
    while index < len(line):
        figure, end = _figure_at(line, index, language)
        if figure is None:
            when = _when(line[index], language)
            found += [Figure(when, "when")] if when else []
        else:
            found.append(figure)
        index = max(end, index + 1)
    return tuple(found)


def in_digits(text: str, language: str) -> str:
    """The text, folded, with its numbers by value, however they are written and inflected.

    "iki yüz elli liraya" and "250 liraya" become "250 liraya", "%10" and "yüzde on" "yüzde 10".
    "bir" and "a" are numbers only in front of what can be counted.
    """
    line = _pieces(fold(text, language))
    said: list[str] = []
    index = 0
    while index < len(line):
        figure, end = _figure_at(line, index, language)
        end = max(end, index + 1)
        if figure is not None and any(letter.isdigit() for letter in figure.value):
            said += ["yüzde"] if line[index] == "yüzde" else []
            said.append(figure.value)
        else:
            said += [_PERCENT[language] if piece == "%" else piece for piece in line[index:end]]
        index = end
    return " ".join(said)


def is_unit(folded: str, language: str) -> bool:
    """Whether a folded word is what figures count: "liralık", "days"."""
    return bool(_unit_of(folded, language))


_PIECE = re.compile(
    r"\d+(?:[.,:/]\d+)*(?:[^\W\d_]+)?(?:'\w+)?|[^\W\d_]+\d+\w*|[^\W_]+(?:'\w+)?|[%$€£₺,;.!?]"
)
_NUMERAL = re.compile(r"(\d+(?:[.,:/]\d+)*)(?:st|nd|rd|th)?$")
_GROUPED = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?![\d])")
_PERCENT = {"tr": "yüzde", "en": "percent"}
_GREETING = re.compile(
    r"\b(?:good (?:morning|afternoon|evening|day|night)|iyi (?:sabahlar|günler|akşamlar|geceler))\b"
)


def _pieces(folded: str) -> list[str]:
    return _PIECE.findall(folded)


def _bare(word: str) -> str:
    return word.partition("'")[0]


# Numbers

_SUFFIX_TR = (
    r"(?:l[ıiuü]k|[dt][ae](?:n|ki)?|[dt][ıiuü]r|y?[aeıiuü]|n[ıiuü]n|[ıiuü]n|s[ıiuü]|s[ıiuü]n[ae]"
    r"|(?:[ıiuü]?nc[ıiuü])(?:s[ıiuü])?|l[ae]r|y?l[ae])?"
)
_ONES_TR = {
    name: n
    for n, name in enumerate("iki üç dört beş altı yedi sekiz dokuz".split(), 2)  # noqa: SIM905
} | {"dörd": 4}
_TENS_TR = {
    name: 10 * n
    for n, name in enumerate("yirmi otuz kırk elli altmış yetmiş seksen doksan".split(), 2)  # noqa: SIM905
}
_TIMES_TR = {"yüz": 100, "bin": 1000, "milyon": 1_000_000}
_WORDS_TR = _ONES_TR | _TENS_TR | _TIMES_TR
_NUMBER_TR = re.compile(
    "(" + "|".join(sorted(_WORDS_TR, key=len, reverse=True)) + ")" + _SUFFIX_TR + "$"
)
_SPOKEN_EN = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
)
_WORDS_EN = (
    {name: n for n, name in enumerate(_SPOKEN_EN.split(), 2)}
    | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80}
    | {"ninety": 90, "hundred": 100, "thousand": 1000, "million": 1_000_000}
    | {"twice": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9}
    | {"twelfth": 12, "twentieth": 20, "thirtieth": 30}
)
_WORDS_EN |= {  # "first" and "second" have other meanings, too
    f"{name}th": n for name, n in _WORDS_EN.items() if n in (4, 6, 7, 10, 11) or 12 < n < 20
}
_ONE = {"tr": frozenset({"bir"}), "en": frozenset({"one", "a", "an"})}
_COUNTED = {
    "tr": {
        "1": _ONE["tr"],
        "some": frozenset({"birkaç"}),
        "next": frozenset({"gelecek", "önümüzdeki", "öbür"}),
    },
    "en": {
        "1": _ONE["en"],
        "some": frozenset({"few", "several", "couple"}),
        "next": frozenset({"next", "coming"}),
    },
}
_PART = {
    "tr": frozenset({"yarım", "buçuk", "çeyrek", "düzine"}),
    "en": frozenset({"half", "quarter", "dozen"}),
}


def _figure_at(line: list[str], index: int, language: str) -> tuple[Figure | None, int]:
    """The figure that begins at a word, and where the words go on behind it."""
    word = line[index]
    if any(letter.isdigit() for letter in word):
        numeral = _NUMERAL.match(_bare(word))
        value = _numeral(numeral[1]) if numeral else word  # "5g" is a name of its own
        end = index + 1
        if end < len(line) and (times := _times(line[end], language)) and value.isdigit():
            value, end = str(int(value) * times), end + 1
        return Figure(value, _unit(line, index, end, language)), end
    if _bare(word) in _PART[language]:
        return Figure(_bare(word)), index + 1
    if word == "yüzde" and index + 1 < len(line) and line[index + 1] in ("onu", "ona", "onda"):
        return Figure("10", "percent"), index + 2
    spoken, end = _spoken(line, index, language)
    if spoken:
        return Figure(str(spoken), _unit(line, index, end, language)), end
    # "bir" and "a" are numbers only in front of what can be counted
    value = next((value for value, names in _COUNTED[language].items() if word in names), "")
    if value:
        unit = _unit(line, index, index + 1, language)
        return (Figure(value, unit) if unit else None), index + 1
    return None, index + 1


def _numeral(text: str) -> str:
    """ "1.250,50" → "1250.5", "049" → "49"; times and dates stay as they are."""
    if ":" in text or "/" in text or text.count(".") + text.count(",") == len(text):
        return text
    grouped = _GROUPED.match(text)
    whole, rest = (grouped[0], text[grouped.end() :]) if grouped else (text, "")
    if grouped:
        whole = whole.replace(grouped[1], "")
    number = (whole + rest).replace(",", ".")
    if number.count(".") > 1:
        return text
    whole, _, part = number.partition(".")
    part = part.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{part}" if part else "")


def _times(word: str, language: str) -> int:
    names = {"tr": {"bin": 1000, "milyon": 1_000_000}, "en": {"thousand": 1000, "million": 10**6}}
    return names[language].get(word, 0)


def _number_word(word: str, language: str) -> int:
    """What a word counts, 0 if it is no number."""
    if language == "en":
        return _WORDS_EN.get(word.removesuffix("s") if word not in _WORDS_EN else word, 0)
    if word in ("on", "onuncu", "bir'e") or word.startswith("on'"):
        return 10  # "ona" and "onu" are "to him" and "him"
    found = _NUMBER_TR.match(word.replace("'", ""))
    return 0 if found is None or word == "yüzde" else _WORDS_TR[found[1]]


def _spoken(line: list[str], index: int, language: str) -> tuple[int, int]:
    """The number that is spoken from a word on; 0 if there is none."""
    total = part = 0
    last = 10**9
    place = index
    while place < len(line):
        word = line[place]
        value = _number_word(word, language)
        if not value and total + part and word in _ONE[language] and word not in ("a", "an"):
            value = 1  # "yirmi bir"
        if not value and language == "en" and word == "and" and part and place + 1 < len(line):
            value = _number_word(line[place + 1], language)
            if not value or part % 100:
                break
            place += 1
        if not value or (value < 100 and len(str(value)) >= len(str(last))):
            break  # "iki üç" are two numbers
        if value >= 1000:
            total, part, last = total + max(part, 1) * value, 0, value
        elif value == 100:
            part, last = max(part, 1) * 100, 100
        else:
            part, last = part + value, value
            if value < 20 and language == "en":
                last = 1  # "nineteen two"
        place += 1
        if "'" in word:
            break
    return total + part, place if total + part else index + 1


# What is counted

# numbers go without these endings: "yüzünden" is "because of"
_ENDING_TR = rf"(?:{_SUFFIX_TR}|(?:s?[ıiuü]|l[ae]r[ıi])n(?:[dt][ae]n?|[ae]|[ıiuü]n?))"

_UNITS = {
    "tr": {
        "day": "gün",
        "hour": "saat",
        "minute": "dakika|dk",
        "second": "saniye|sn",
        "week": "hafta",
        "month": "ay",
        "year": "yıl|sene",
        "lira": "lira|tl|₺",
        "dollar": r"dolar|\$",
        "euro": "euro|avro|€",
        "pound": "sterlin|£",
        "percent": "yüzde|%",
        "times": "kez|kere|defa",
        "instalment": "taksit",
        "point": "puan",
    },
    "en": {
        "day": "days?",
        "hour": "hours?|hrs?",
        "minute": "minutes?|mins?",
        "second": "seconds?|secs?",
        "moment": "moments?",
        "week": "weeks?",
        "month": "months?",
        "year": "years?",
        "lira": "lira|tl|₺",
        "dollar": r"dollars?|bucks?|\$",
        "euro": "euros?|€",
        "pound": "pounds?|quid|£",
        "percent": "percent|%",
        "times": "times?",
        "instalment": "instal+ments?",
        "point": "points?",
    },
}
_UNIT = {
    language: {
        unit: re.compile(f"(?:{names}){_ENDING_TR if language == 'tr' else ''}$")
        for unit, names in units.items()
    }
    for language, units in _UNITS.items()
}
_IN_FRONT = frozenset({"yüzde", "%", "$", "€", "£", "₺"})
_WORKING = {"tr": frozenset({"iş"}), "en": frozenset({"working", "business"})}


def _unit(line: list[str], start: int, end: int, language: str) -> str:
    """What the number at `start`…`end` counts."""
    before = line[start - 1] if start else ""
    after = line[end] if end < len(line) else ""
    if after in ("am", "pm", "o'clock") or before == "saat":
        return "clock"
    if after in _WORKING[language] and end + 1 < len(line):
        unit = _unit_of(line[end + 1], language)
        return f"working {unit}" if unit else ""
    return _unit_of(before if before in _IN_FRONT else after, language)


def _unit_of(word: str, language: str) -> str:
    bare = word.replace("'", "") if language == "tr" else _bare(word)
    return next((unit for unit, names in _UNIT[language].items() if names.match(bare)), "")


# Days

_DAYS = {
    "tr": (
        "pazartesi salı çarşamba perşembe cuma cumartesi pazar ocak şubat mart nisan mayıs haziran "
        "temmuz ağustos eylül ekim kasım aralık yarın bugün dün haftaya sabah öğle öğleden akşam "
        "gece haftasonu"
    ),
    "en": (
        "monday tuesday wednesday thursday friday saturday sunday january february march april "
        "june july august september october november december today tomorrow yesterday tonight "
        "morning afternoon evening noon midday midnight weekend"
    ),
}
_DAY = {
    "tr": re.compile(
        "(" + "|".join(sorted(_DAYS["tr"].split(), key=len, reverse=True)) + ")" + _ENDING_TR + "$"
    ),
    "en": re.compile("(" + "|".join(_DAYS["en"].split()) + ")(?:s|'s)?$"),
}


def _when(word: str, language: str) -> str:
    found = _DAY[language].match(word.replace("'", "") if language == "tr" else word)
    return found[1] if found else ""
