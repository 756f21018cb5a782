"""Turkish sentences turned by their own words: the verb at the end says everything.

Its suffixes are regular, so "edemeyiz" becomes "edebiliriz" and "bitmeden" becomes "bitince"
for every verb; what is not certain is left to a whole sentence (empty answer).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from assist.text import lower, tokens

_MOST_WORDS = 6

_BREAKS_TEXT = """
    ama fakat ancak çünkü ki yani dolayısıyla ve veya ya eğer ise
"""
_FILLERS_TEXT = """
    maalesef malesef efendim hanımefendi beyefendi valla vallahi şey hani işte zaten öncelikle önce
    ilk ben biz siz sizin tabii tabi evet hayır peki üzgünüm özür dilerim
"""
_NOT_DONE_TEXT = "bekle git gel ara öğren sor başvur ol yat iste bil anla sabret"
_POINTS = frozenset(["bu", "şu", "o", "bunu", "şunu", "onu", "size", "bunları", "onları"])
_BREAKS = frozenset(_BREAKS_TEXT.split())
_FILLERS = frozenset(_FILLERS_TEXT.split())
_NOT_DONE = frozenset(_NOT_DONE_TEXT.split())
_FINITE = re.compile(
    r"(?:[ıiuü]yor\w*|m[ıiuü]ş\w*|[ae]c[ae][kğ]\w*|m[ae]z|s[ae]n[ıi]z|m[ae]d[ae]n|d[ıi]ğ\w*|"
    r"[dt][ıiuü]k|y[ae]r[ae]k|[ıiuü]nc[ae])$"
)
_INABILITY = re.compile(
    r"(?P<base>\w+[ae])m(?:(?P<we>[ıiuü]yoruz|[ae]y[ıi]z|[ae]y[ae]cağız|[ae]y[ae]ceğiz)"
    r"|(?P<i>[ıiuü]yorum|[ae]m|[ae]y[ae]cağım|[ae]y[ae]ceğim)|(?P<it>[ıiuü]yor|[ae]z))$"
)
_TIME = re.compile(
    r"^(?:(?:bugün|yarın|bu (?:akşam|gece|sabah|hafta|ay)|hafta sonu|şu an|şu anda|o gün"
    r"|o tarihte|(?:pazartesi|salı|çarşamba|perşembe|cuma|cumartesi|pazar)(?: günü)?)"
    r"(?: için| içinde)?"
    r"|(?:bugüne|yarına|akşama|cumaya|pazartesiye|haftaya|hafta sonuna)(?: kadar)?)(?=\s)"
)
_WITHOUT = re.compile(r"(?P<stem>\w+?)m[ae]d[ae]n$")
_TO_DO = re.compile(r"(?P<stem>\w{2,}?)(?:m[ae]k|m[ae]n[ıi]z)$")
_MUST = (
    r"^(?:zorunda|mecbur|gerek(?:iyor|li|ir|ecek|mekte)?|lazım|şart|icap)"
    r"(?:s[ıiu]n[ıiu]z|d[ıiu]r)?$"
)
_NEED_NOT = re.compile(r"(?:zorunda|mecbur|gerek|lazım|şart)\w* (?:değil|yok|kalm|olma)")
_NOT_POSSIBLE = re.compile(
    r"(?P<stem>\w{2,}?)m[ae]m(?P<we>[ıi]z)? mümkün (?:değil|olmuyor|görünmüyor|gözükmüyor|olmaz)\b"
)
_SOFT = {"git": "gid", "et": "ed", "tat": "tad", "güt": "güd"}
_OBJECT = re.compile(r"[ıiuüae]$")
_TOLD = re.compile(r"tarih|bilgi|cevap|yanıt|söz\b")
_DATE = "en erken [tarih]"


def _words(sentence: str) -> list[str]:
    """The words as written, but the first one in lower case unless it is a name."""
    found = [sentence[one.start : one.end] for one in tokens(sentence, "tr")]
    if found and not re.search(r"['’]", found[0]):
        found[0] = lower(found[0], "tr")
    return found


def _as_inability(found: re.Match[str]) -> str:
    """ "Yapmamız mümkün değil" → "yapamıyoruz", which says the same."""
    stem = _SOFT.get(found["stem"], found["stem"])
    wide = "a" if _last_vowel(stem) in "aıou" else "e"
    return f"{stem}{wide}mıyoru{'z' if found['we'] else 'm'}"


def _clause(sentence: str, end: str) -> list[str]:
    """The words of the clause that ends with a word matching `end`, that word included."""
    for part in re.split(r"[,;:]", _NOT_POSSIBLE.sub(_as_inability, sentence)):
        line = _words(part.strip())
        places = [n for n, word in enumerate(line) if re.search(end, lower(word, "tr"))]
        if places:
            line = line[: places[-1] + 1]
            cut = [n for n, word in enumerate(line) if lower(word, "tr") in _BREAKS]
            return line[cut[-1] + 1 if cut else 0 :]
    return []


def _own(line: list[str]) -> list[str] | None:
    """The words worth keeping, or None when they are too many or hold another sentence."""
    text = " ".join(line)
    text = re.sub(r"(?i)\b(?:ne yazık ki|bunun için|o zaman|kusura bakmayın)\b", " ", text)
    kept = [word for word in text.split() if lower(word, "tr") not in _FILLERS]
    if len(kept) > _MOST_WORDS or any(_FINITE.search(lower(word, "tr")) for word in kept):
        return None
    return kept


def _ability(word: str, able: frozenset[str]) -> str:
    found = _INABILITY.fullmatch(lower(word, "tr"))
    if found is None or found["base"] not in able:
        return ""
    return found["base"] + ("biliriz" if found["we"] else "bilirim" if found["i"] else "bilir")


def _last_vowel(stem: str) -> str:
    return next((letter for letter in reversed(stem) if letter in "aıoueiöü"), "e")


def _narrow(stem: str) -> str:
    """The narrow vowel in harmony with the stem: gel → i, yap → ı, doldur → u, gönder → i."""
    return {"a": "ı", "ı": "ı", "o": "u", "u": "u", "e": "i", "i": "i", "ö": "ü", "ü": "ü"}[
        _last_vowel(stem)
    ]


def _later(sentence: str, able: frozenset[str]) -> str:
    """ "Kargonuzu bugün teslim edemeyiz" → "kargonuzu en erken [tarih] teslim edebiliriz"."""
    line = _clause(sentence, _INABILITY.pattern)
    verb = _ability(line[-1], able) if line else ""
    own = _own(line[:-1]) if verb else None
    if not own or any(_TOLD.match(lower(word, "tr")) for word in own):
        return ""
    for place in range(len(own)):
        time = _TIME.match(lower(" ".join(own[place:]), "tr") + " ")
        if time:
            own = own[:place] + own[place + len(time[0].split()) :]
            break
    else:
        return ""
    # a noun in front of "etmek" or "yapmak" is part of the verb
    is_light = verb.startswith(("ede", "yapa", "edil", "yapıl"))
    objects = [n for n, word in enumerate(own) if _OBJECT.search(lower(word, "tr"))]
    if is_light and own and lower(own[-1], "tr") == "iade":
        objects = objects[:-1]
    at = objects[-1] + 1 if objects else 0
    return " ".join([*own[:at], _DATE, *own[at:], verb]) + "."


def _once(sentence: str, able: frozenset[str]) -> str:
    """ "Taahhüt bitmeden bunu yapamayız" → "taahhüt bitince bunu yapabiliriz"."""
    line = _clause(sentence, _INABILITY.pattern)
    verb = _ability(line[-1], able) if line else ""
    places = [n for n, word in enumerate(line) if _WITHOUT.fullmatch(lower(word, "tr"))]
    if not verb or len(places) != 1 or not places[0]:
        return ""
    before, after = _own(line[: places[0]]), _own(line[places[0] + 1 : -1])
    found = _WITHOUT.fullmatch(lower(line[places[0]], "tr"))
    if not before or after is None or found is None:
        return ""
    stem = _SOFT.get(found["stem"], found["stem"])
    glide = "y" if stem[-1] in "aıoueiöü" else ""
    wide = "a" if _last_vowel(stem) in "aıou" else "e"
    condition = f"{stem}{glide}{_narrow(stem)}nc{wide}"
    return " ".join([*before, condition, *after, verb]) + "."


def _needed(sentence: str, able: frozenset[str]) -> str:
    """ "Bu işlemi yapamıyoruz" → "bu işlemi yapabilmemiz için"."""
    line = _clause(sentence, _INABILITY.pattern)
    found = _INABILITY.fullmatch(lower(line[-1], "tr")) if line else None
    own = _own(line[:-1])
    if (
        not own
        or _POINTS.issuperset(own)
        or found is None
        or found["it"]
        or found["base"] not in able
    ):
        return ""
    return " ".join([*own, found["base"] + ("bilmemiz" if found["we"] else "bilmem"), "için"])


def _do_first(sentence: str) -> str:
    """ "Önce evrakları göndermek zorundasınız" → "evrakları gönderdiğinizde"."""
    line = _clause(sentence, _MUST)
    if len(line) < 2 or _NEED_NOT.search(lower(sentence, "tr")):
        return ""
    found = _TO_DO.fullmatch(lower(line[-2], "tr"))
    own = _own(line[:-2])
    if found is None or not own or found["stem"] in _NOT_DONE:
        return ""
    stem, narrow = found["stem"], _narrow(found["stem"])
    consonant = "t" if stem[-1] in "fstkçşhp" else "d"
    return " ".join([*own, f"{stem}{consonant}{narrow}ğ{narrow}n{narrow}zd"]) + (
        "a" if _last_vowel(stem) in "aıou" else "e"
    )


def shapes(able: frozenset[str]) -> dict[str, Callable[[str], str]]:
    """The ways to turn a sentence; `able` are verbs up to "-bil-" that may be turned ("ede")."""
    return {
        "later": partial(_later, able=able),
        "once": partial(_once, able=able),
        "needed": partial(_needed, able=able),
        "do_first": _do_first,
    }
