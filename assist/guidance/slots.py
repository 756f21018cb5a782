"""Slots: what the call itself has said, put into the blanks of a phrase.

Four blanks are filled: the customer's name, the product, the amount and the date the call is
about (`NAMES`). They have names of their own, so that a blank for something the agent is
still to decide, `[tarih]` or `[amount]`, is never filled. A value counts when it was said, in
this language, and when nothing else of its kind was: of two amounts it is not known which is
meant. Otherwise the blank stays. Values carry no suffix; phrases have to be written so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from assist.events import Role, Utterance
from assist.text import fold, upper_tr

NAMES = {
    "tr": {
        "isim": "name",
        "ürünün adı": "product",
        "söylenen tutar": "amount",
        "söylenen tarih": "date",
    },
    "en": {
        "name": "name",
        "product name": "product",
        "amount named": "amount",
        "date named": "date",
    },
}
"""The blanks that are filled, by language, and what they hold."""

_BLANK = re.compile(r"\[([^\]]+)\]")
_KEPT = 4


class Slots:
    """What was said in one call; can be pickled.

    `products` are the names of things by language, as a playbook's `[slots]` lists them.
    """

    def __init__(self, products: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self._products = dict(products or {})
        self._said: dict[tuple[str, str], dict[str, str]] = {}

    def observe(self, utterance: Utterance) -> None:
        """Take what a turn says of the four."""
        language = utterance.language
        if language not in NAMES:
            return
        for kind, find in _FINDERS[language].items():
            for value in find(utterance.text):
                self._note(language, kind, value)
        for value in _products(utterance.text, self._products.get(language, ()), language):
            self._note(language, "product", value)
        name = _name(utterance)
        if name:
            # the last form of address is the right one
            self._said[language, "name"] = {name: name}

    def fill(self, text: str, language: str) -> str:
        """The phrase with the blanks filled whose values are known."""
        filled = _BLANK.sub(lambda found: self._value(found[1], language) or found[0], text)
        if text.startswith("[") and not filled.startswith("["):
            first = upper_tr(filled[0]) if language == "tr" else filled[0].upper()
            return first + filled[1:]
        return filled

    def rank(self, text: str, language: str) -> int:
        """0 for a phrase that speaks of what was said, 1 for any other, 2 where it is missing."""
        blanks = [blank for blank in _BLANK.findall(text) if blank in NAMES[language]]
        if not blanks:
            return 1
        return 0 if all(self._value(blank, language) for blank in blanks) else 2

    def _note(self, language: str, kind: str, value: str) -> None:
        said = self._said.setdefault((language, kind), {})
        if len(said) < _KEPT:
            said.setdefault(fold(value, language), value)

    def _value(self, blank: str, language: str) -> str:
        said = self._said.get((language, NAMES[language].get(blank, "")), {})
        return next(iter(said.values())) if len(said) == 1 else ""


def _name(utterance: Utterance) -> str:
    """How the customer is addressed: as the agent does, or as they introduced themselves."""
    text = utterance.text
    if utterance.channel is Role.AGENT:
        found = _ADDRESSED[utterance.language].search(text)
        if found is None or fold(found["name"], utterance.language) in _NO_NAMES:
            return ""
        return f"{found['title']} {found['name']}" if found["title"] else found["called"]
    if utterance.channel is not Role.CALLER:
        return ""
    found = _INTRODUCED[utterance.language].search(text)
    if found is None:
        return ""
    # Turkish needs "Hanım" or "Bey" behind a first name, and nobody said which
    return _polite_tr(found["last"]) if utterance.language == "tr" else found["first"]


def _polite_tr(last: str | None) -> str:
    return f"Sayın {last}" if last else ""


_CAPITAL = r"[A-ZÇĞİÖŞÜ][a-zçğıöşü]+"
_NO_NAMES = frozenset(
    ["evet", "tamam", "peki", "merhaba", "sayın", "teşekkürler", "buyurun", "hayır", "bu", "bir"]
)
_ADDRESSED = {
    "tr": re.compile(rf"(?P<title>)(?P<called>\b(?P<name>{_CAPITAL}) (?:Hanım|Bey))\b"),
    "en": re.compile(
        r"(?P<called>\b(?P<title>Mr|Mrs|Ms|Miss|Dr)\.? (?P<name>[A-Z][a-z]+(?:-[A-Z][a-z]+)?))\b"
    ),
}
_INTRODUCED = {
    "tr": re.compile(
        rf"\b(?:[Aa]dım|[İi]smim|[Aa]dım soyadım|[Bb]en) (?P<first>{_CAPITAL})"
        rf"(?: (?P<last>{_CAPITAL}))?(?=[,.!]|$)"
    ),
    "en": re.compile(
        r"\b(?:[Mm]y name is|[Mm]y name's) (?P<first>[A-Z][a-z]+)(?: (?P<last>[A-Z][a-z]+))?\b"
    ),
}


# Amounts

_DIGITS = r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_TENS_TR = "on|yirmi|otuz|kırk|elli|altmış|yetmiş|seksen|doksan|yüz|bin|milyon|buçuk"
_ONES_TR = "bir|iki|üç|dört|beş|altı|yedi|sekiz|dokuz"
_NUMBER_TR = rf"(?:(?:{_TENS_TR}|{_ONES_TR})\s+)*(?:{_TENS_TR}|{_ONES_TR})"
_AMOUNT_TR = re.compile(
    rf"(?<![\w.,])(?P<number>(?:{_DIGITS})(?: bin| milyon)?|{_NUMBER_TR})\s+"
    r"(?P<unit>lira|tl|dolar|euro|avro)(?=\b|[a-zçğıöşü'])"
)
_ONES_EN = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    "sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|"
    "hundred|thousand"
)
_AMOUNT_EN = re.compile(
    rf"(?P<sign>[$£€]\s?(?:{_DIGITS}))|(?<![\w.,])(?P<number>(?:{_DIGITS})|"
    rf"(?:(?:{_ONES_EN})(?:\s+and\s+|[\s-]+))*(?:{_ONES_EN}))\s+"
    r"(?P<unit>pounds?|dollars?|euros?|quid|bucks)\b",
    re.IGNORECASE,
)
_UNITS_TR = {"tl": "lira", "avro": "euro"}
_UNITS_EN = {"quid": "pounds", "bucks": "dollars"}


def _amounts_tr(text: str) -> list[str]:
    return [
        f"{found['number']} {_UNITS_TR.get(found['unit'], found['unit'])}"
        for found in _AMOUNT_TR.finditer(fold(text, "tr"))
    ]


def _amounts_en(text: str) -> list[str]:
    amounts = []
    for found in _AMOUNT_EN.finditer(text):
        if found["sign"]:
            amounts.append(found["sign"].replace(" ", ""))
        else:
            unit = found["unit"].lower()
            amounts.append(f"{found['number'].lower()} {_UNITS_EN.get(unit, unit)}")
    return amounts


# Dates: only where the sentence says that something is or was due

_MONTHS_TR = "ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık"
_DAYS_TR = "pazartesi|salı|çarşamba|perşembe|cuma|cumartesi|pazar"
_DATE_TR = re.compile(
    rf"\b(?P<date>\d{{1,2}} (?:{_MONTHS_TR})|(?:{_NUMBER_TR}) (?:{_MONTHS_TR})|(?:{_DAYS_TR})"
    r"(?= günü))(?=\b|[a-zçğıöşü'])"
)
_DUE_TR = re.compile(
    r"gel|teslim|ulaş|yat|kadar|söz|den(?:il)?miş|dediniz|demiş|söylen|söyledi|vade|ödeme|randevu"
)
_MONTHS_EN = "january|february|march|april|may|june|july|august|september|october|november|december"
_DAYS_EN = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_DATE_EN = re.compile(
    rf"\b(?P<date>(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?:{_MONTHS_EN})|(?:{_MONTHS_EN})"
    rf" \d{{1,2}}(?:st|nd|rd|th)?|{_DAYS_EN})\b",
    re.IGNORECASE,
)
_DUE_EN = re.compile(
    r"\b(?:arriv|deliver|due|by|promis|suppos|come|coming|told|said|refund|pay|appointment)",
    re.IGNORECASE,
)


def _dates_tr(text: str) -> list[str]:
    folded = fold(text, "tr")
    if not _DUE_TR.search(folded):
        return []
    return [_month_tr(found["date"]) for found in _DATE_TR.finditer(folded)]


def _month_tr(date: str) -> str:
    """ "15 mart" → "15 Mart"; days of the week stay small."""
    words = date.split()
    if len(words) < 2:
        return date
    return " ".join([*words[:-1], upper_tr(words[-1][0]) + words[-1][1:]])


def _dates_en(text: str) -> list[str]:
    if not _DUE_EN.search(text):
        return []
    return [
        " ".join(_proper_en(word) for word in found["date"].split())
        for found in _DATE_EN.finditer(text)
    ]


def _proper_en(word: str) -> str:
    return word.capitalize() if word.lower() not in ("the", "of") and word[0].isalpha() else word


# Products: what a playbook lists, in the form that stands in front of "için" or behind "the"

_END_TR = (
    r"(?:l[ae]r)?(?:[ıiuü]?[mn](?:[ıiuü]z)?|s?[ıiuü]|l[ae]r[ıi])?"
    r"(?:[yn]?[ıiuüae]|n?[dt][ae]n?|n?[ıiuü]n|y?l[ae])?"
    r"(?:ki|y?[dt][ıiuü]|y?m[ıiuü]ş|d[ıiuü]r)?"
)
"""Plural, whose it is, case, and "was": "kulaklık|larınızdan", "modem|imdi"."""
_SOFT_TR = {"k": "[kğ]", "ç": "[çc]", "c": "[çc]", "t": "[td]", "p": "[pb]", "b": "[pb]"}


@lru_cache(maxsize=64)
def _product_pattern(names: tuple[str, ...], language: str) -> re.Pattern[str]:
    """One group for each name, the longest first."""
    stems = [fold(name.partition("|")[0], language) for name in names]
    if language == "tr":
        # the last consonant softens: "kulaklık", "kulaklığım"
        ways = [re.escape(one[:-1]) + _SOFT_TR.get(one[-1], one[-1]) + _END_TR for one in stems]
    else:
        ways = [f"{re.escape(one)}(?:s|es)?" for one in stems]
    groups = "|".join(f"({way})" for way in ways)
    return re.compile(rf"(?<!\w)(?:{groups})(?!\w)")


def _products(text: str, names: tuple[str, ...], language: str) -> list[str]:
    if not names:
        return []
    ordered = tuple(sorted(names, key=len, reverse=True))
    found = _product_pattern(ordered, language).finditer(fold(text, language))
    return [ordered[(one.lastindex or 1) - 1].replace("|", "") for one in found]


_FINDERS: dict[str, dict[str, Callable[[str], list[str]]]] = {
    "tr": {"amount": _amounts_tr, "date": _dates_tr},
    "en": {"amount": _amounts_en, "date": _dates_en},
}
