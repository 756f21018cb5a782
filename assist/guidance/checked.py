"""Whether what a language model wrote may be shown.

A model may put things into other words; it may not know anything. So its text is held against
what it was written from, and whatever is new in it and matters (a figure, a day, a name, a
promise, a claim that something was done) rejects the whole of it. Where a check is not sure, it
rejects: without the text there is still the one that it was to replace.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

import simplemma
from msgspec.structs import replace

from assist.events import Due, Role, Utterance
from assist.guidance.due import find_due, is_dated
from assist.guidance.figures import Figure, figures, is_unit
from assist.guidance.morphology import words
from assist.guidance.neutral import NEUTRAL
from assist.guidance.said import keywords
from assist.guidance.signals import hear
from assist.guidance.situations import classify
from assist.text import fold, tokens

Reason = Literal[
    "empty",
    "markup",
    "length",
    "language",
    "blank",
    "figure",
    "name",
    "promise",
    "negative",
    "address",
    "secret",
    "drift",
    "content",
    "outcome",
    "feeling",
]
"""Why a text is not shown; each is counted."""


def check_rewording(
    text: str, *, suggestion: str, context: Sequence[str], language: str
) -> Reason | None:
    """Why the rewording of a suggestion may not be shown, None if it may.

    `context` are the words of the call that the model was given. Figures and names may come
    from there; a promise, a claim or a question for a password must be the suggestion's own.
    """
    source = [suggestion, *context]
    new = _stance(text, language) - _stance(suggestion, language)
    checks: tuple[tuple[bool, Reason], ...] = (
        (not _BLANK.sub("", text).strip(" .!?…"), "empty"),
        (_marked(text, suggestion), "markup"),
        (_too_long(text, suggestion), "length"),
        (not _is_in(text, language), "language"),
        (Counter(_BLANK.findall(text)) != Counter(_BLANK.findall(suggestion)), "blank"),
        (_has_new_figure(text, source, language), "figure"),
        (_has_new_name(text, source, language), "name"),
        (bool(new & _COMMITS) or _commits(text, suggestion, language), "promise"),
        (bool(new & _NEGATIVE), "negative"),
        (_has_new(_REFUSED[language], text, [suggestion], language), "negative"),
        (_has_new(_FAMILIAR[language], text, [suggestion], language), "address"),
        (_has_new(_SECRET[language], text, [suggestion], language), "secret"),
        (_drifts(text, suggestion, language), "drift"),
        (_has_new_content(text, source, language), "content"),
    )
    return next((reason for failed, reason in checks if failed), None)


def check_summary(
    text: str, *, summary: str, spoken: Sequence[str], outcome: str, promised: bool, language: str
) -> Reason | None:
    """Why the summary of a call may not be shown, None if it may.

    `summary` is the one made without a model, `spoken` are the words of the call, `outcome` is
    that of `call_ended`, and `promised` says whether the agent promised anything.
    """
    source = [summary, *spoken]
    checks: tuple[tuple[bool, Reason], ...] = (
        (not text.strip(" .!?…"), "empty"),
        (_marked(text, ":()“”\"'"), "markup"),
        (len(text) > _LONGEST_SUMMARY or _sentences(text) > _MOST_SENTENCES, "length"),
        (not _is_in(text, language), "language"),
        (_has_new_figure(text, source, language), "figure"),
        (_has_new_name(text, source, language), "name"),
        (not promised and bool(_VOWED[language].search(fold(text, language))), "promise"),
        (_has_new(_GIVEN[language], text, source, language), "promise"),
        (_contradicts(text, outcome, language), "outcome"),
        (_has_new(_FEELING[language], text, source, language), "feeling"),
        (bool(_AGENT_FELT[language].search(fold(text, language))), "feeling"),
        (
            len(keywords(text, language) & keywords(" ".join(source), language)) < _LEAST_SAID,
            "drift",
        ),
    )
    return next((reason for failed, reason in checks if failed), None)


# Form

_BLANK = re.compile(r"\[[^\[\]]*\]")
_LONGEST = 320
_LONGEST_SUMMARY = 900
_MOST_SENTENCES = 6
_LEAST_OWN = 0.6
_PLAIN_SIGNS = frozenset(" .,!?…'’;-–—%$€£₺")
_LINK = re.compile(r"https?:|www\.|\w\.(?:com|net|org|tr|io)\b|\w@\w", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…]+[”\"’]?(?=\s+[^\Wa-zçğıöşü\d]|\s*$)")
_ABBREVIATED = re.compile(r"\b(?:Mrs?|Ms|Dr|No|vb|vs)\.")


def _marked(text: str, allowed: str) -> bool:
    """Whether there is anything but words and the signs of a spoken sentence.

    A colon in front of an answer is how models announce one, so even that must be `allowed`.
    """
    rest = _BLANK.sub("", text)
    strange = {letter for letter in rest if not letter.isalnum()} - _PLAIN_SIGNS - set(allowed)
    return bool(strange or _LINK.search(text) or text.startswith(("-", "–", "—")))


def _sentences(text: str) -> int:
    bare = _ABBREVIATED.sub("", _BLANK.sub("X", text)).strip()
    ends = _SENTENCE_END.findall(bare)
    return len(ends) + (not bare.endswith((".", "!", "?", "…", "”", '"')))


def _too_long(text: str, suggestion: str) -> bool:
    longest = min(_LONGEST, round(1.6 * len(suggestion)) + 40)
    return len(text) > longest or _sentences(text) > max(2, _sentences(suggestion))


def _is_in(text: str, language: str) -> bool:
    """Whether the words are mostly of the language, and of no other one as much."""
    bare = _BLANK.sub(" ", text)
    other = "en" if language == "tr" else "tr"
    own = float(simplemma.in_target_language(bare, lang=language))
    return own >= _LEAST_OWN and own > float(simplemma.in_target_language(bare, lang=other))


# Facts

_CLAUSE_END = re.compile(r"[.!?…,;:\n]+")


def _has_new_figure(text: str, source: Sequence[str], language: str) -> bool:
    known = [figure for part in source for figure in figures(part, language)]
    values = {figure.value for figure in known}
    found = figures(_BLANK.sub(" ", text), language)
    if any(not _known_figure(figure, known, values) for figure in found):
        return True
    dues = [due for _, due in _dues(source, language)]
    return any(
        due not in dues
        for part, due in _dues([_BLANK.sub(" ", text)], language)
        # the rest of it was found to be known; "saat onda" and "by the end of the day" were not
        if due.clock or due.end_of or not figures(part, language)
    )


def _known_figure(figure: Figure, known: Sequence[Figure], values: set[str]) -> bool:
    return figure in known if figure.unit else figure.value in values


def _dues(texts: Iterable[str], language: str) -> list[tuple[str, Due]]:
    """The times that are named, each with the words they were found in."""
    parts = (part for text in texts for part in (text, *_CLAUSE_END.split(text)))
    found = ((part, find_due(part, language)) for part in parts)
    return [(part, replace(due, text="")) for part, due in found if due and is_dated(due)]


_WORD = re.compile(r"[^\W\d_][\w'’]*")
_AT_START = re.compile(r"(?:^|[.!?…:]\s+|[“\"])$")
_CALLED = {
    "tr": re.compile(r"\b(\w+) (?:bey|hanım)|\bsayın (\w+)|\b(beyefendi|hanımefendi)"),
    "en": re.compile(r"\b(?:mr|mrs|ms|miss|dr)\.? (\w+)|\b(sir|madam|ma'am)\b"),
}
_STARTERS = {
    "tr": frozenset(
        """
        evet hayır tamam tabii tabi elbette peki haklısınız merhaba öncelikle maalesef lütfen şimdi
        önce sonra ayrıca böylece kesinlikle buyurun efendim teşekkürler doğru gerçekten hemen
        isterseniz dilerseniz arzu ederseniz memnuniyetle estağfurullah rica
        """.split()  # noqa: SIM905
    ),
    "en": frozenset(
        """
        yes no sure certainly absolutely understood sorry right okay ok first firstly so now well
        please thanks then also actually agreed indeed alright apologies honestly naturally
        hello hi fair thank meanwhile today
        """.split()  # noqa: SIM905
    ),
}
_VERB_TR = re.compile(r"(?:yoru[mz]|[dt][ıiuü][mk]|[ıiuü]m|[ıiuü]n[ıiuü]z|s[ae]n[ıi]z)$")


def _has_new_name(text: str, source: Sequence[str], language: str) -> bool:
    known = {token.folded.partition("'")[0] for part in source for token in tokens(part, language)}
    bare = _BLANK.sub("X", text)
    names = [
        found[0]
        for found in _WORD.finditer(bare)
        if found[0][0].isupper()
        and _is_name(found, bare, language)
        and not is_unit(fold(found[0], language), language)
    ]
    names += [part for found in _CALLED[language].findall(fold(bare, language)) for part in found]
    return any(not _is_known(name, known, language) for name in names if name not in ("", "X"))


def _is_name(found: re.Match[str], text: str, language: str) -> bool:
    """Whether a capitalised word may be a name: within a sentence, or called out at its start."""
    word = fold(found[0], language)
    if language == "en" and word.partition("'")[0] == "i":
        return False
    if not _AT_START.search(text[: found.start()]):
        return True
    is_called = text[found.end() :].startswith((",", "!"))
    return is_called and word not in _STARTERS[language] and not _VERB_TR.search(word)


def _is_known(name: str, known: set[str], language: str) -> bool:
    """Whether a word was said, in this form or in another one of its forms."""
    word = fold(name, language).partition("'")[0]
    if word in known or word == "x":
        return True
    return len(word) >= 4 and any(
        len(other) >= 4 and (other.startswith(word) or word.startswith(other)) for other in known
    )


# Stance

_COMMITS = frozenset(
    {"promise", "compensation", "ownership", "transfer", "hold_request"}
    | {"signal vow", "signal done", "signal pending"}
)
_NEGATIVE = frozenset({"refusal", "negative_phrasing", "blame", "jargon", "signal blocked"})
_FUTURE = {
    "tr": re.compile(r"\w[ae]c[ae](?:k|kt[ıi]r|kl[ae]r|ğ[ıi][mz])\b"),
    "en": re.compile(r"\b(?:will|shall|going to|gonna)\b|'ll\b"),
}
_ASSURED = {
    "tr": re.compile(r"garanti|söz ver|taahhüt|mutlaka|emin ol|merak etme|şüpheniz olmasın"),
    "en": re.compile(r"guarantee|promis|definitely|for sure|assured?\b|no doubt|without fail"),
}
_REFUSED = {
    "tr": re.compile(
        r"maalesef|\b\w+[ae]m(?:[ıiuü]yor|[ae]m\b|[ae]y[ıi]z|[ae]z)|mümkün değil|imkans[ıi]z"
        r"|zorunda(?:s[ıi]n[ıi]z|y[ıi]z)|\b(?:hatanız|suçunuz|kabahat)"
        r"|(?:yanlış|eksik|hatalı) \w+(?:[dt]|m[ıiuü]şs)[ıiuü]n[ıiuü]z\b"
    ),
    "en": re.compile(
        r"unfortunately|\b(?:can't|cannot|won't|unable|impossible|not possible|have to|must)\b"
        r"|your (?:own )?(?:fault|mistake|error)|you (?:should have|should've|didn't|failed|forgot)"
    ),
}
_GIVEN = {
    "tr": re.compile(
        r"\b(?:iade|indirim|hediye|kupon|ücretsiz|bedava|bedelsiz|telafi|tazmin|kampanya|puan|çek)"
    ),
    "en": re.compile(
        r"\b(?:refund|discount|voucher|free|complimentary|waive|credit|compensat|gift|bonus|coupon"
        r"|reimburs)"
    ),
}
_SECRET = {
    "tr": re.compile(
        r"şifre|parola|kart numara|cvv|güvenlik kodu|doğrulama kodu|kimlik numara|\btc\b|iban"
    ),
    "en": re.compile(
        r"password|passcode|card number|cvv|security code|verification code|\bpin\b|social security"
        r"|sort code|iban|account number"
    ),
}
_FAMILIAR = {
    "tr": re.compile(r"\b(?:sen|sana|seni|senin|sende|senden|canım|kardeşim|abi|abla)\b"),
    "en": re.compile(r"\b(?:mate|buddy|honey|dear|darling|love)\b"),
}


def _stance(text: str, language: str) -> frozenset[str]:
    """What an agent who said this would have been heard to do."""
    tags = classify(text, speaker="agent", language=language)
    said = Utterance(
        call_id="",
        seq=0,
        position=0,
        channel=Role.AGENT,
        start=0.0,
        end=0.0,
        text=text,
        language=language,
        confidence=1.0,
        words=(),
    )
    heard = hear(said, tags)
    # what is only asked about ("…, is that so?") is no claim
    signals = (clause.signals for clause in heard.clauses if not clause.asks)
    return heard.situations | {f"signal {name}" for names in signals for name in names}


def _commits(text: str, suggestion: str, language: str) -> bool:
    """What the situations may miss: a future, an assurance or a gift that is new."""
    said, before = fold(text, language), fold(suggestion, language)
    if _FUTURE[language].search(said) and not _FUTURE[language].search(before):
        return True
    if _ASSURED[language].search(said) and not _ASSURED[language].search(before):
        return True
    return _has_new(_GIVEN[language], text, [suggestion], language)


def _has_new(words: re.Pattern[str], text: str, source: Sequence[str], language: str) -> bool:
    """Whether the text has one of the words that the source has not."""
    known = {found for part in source for found in words.findall(fold(part, language))}
    return any(found not in known for found in words.findall(fold(text, language)))


_LEAST_SHARED = 0.2
_LEAST_SAID = 3
"""Words of the call that a summary needs; "I can't help with that" has none."""


def _drifts(text: str, suggestion: str, language: str) -> bool:
    """Whether it says something else: hardly a word of the suggestion is left, nor its stance."""
    wanted = keywords(suggestion, language)
    if not wanted:
        return False
    shared = len(wanted & keywords(text, language)) / len(wanted)
    if shared >= _LEAST_SHARED:
        return False
    return not _situations(text, language) & _situations(suggestion, language)


_SAME_STEM = 5
_HARD = str.maketrans("bcdğ", "pçtk")


def _has_new_content(text: str, source: Sequence[str], language: str) -> bool:
    """Whether a word that tells of something was not said: "your debt", "the courier"."""
    known = {word.form.lemma for part in source for word in words(part, language)}
    stems = {_stem(token.folded) for part in source for token in tokens(part, language)}
    return any(
        not (form.lemma in known or form.lemma in NEUTRAL[language] or form.folded.isdigit())
        and not (len(form.folded) >= _SAME_STEM and _stem(form.folded) in stems)
        and not is_unit(form.folded, language)
        and not figures(form.folded, language)
        for form in (word.form for word in words(_BLANK.sub(" ", text), language))
        if form.folded not in NEUTRAL[language]
    )


def _stem(folded: str) -> str:
    """What the forms of a word begin with: "takip" and "takibi" alike."""
    return folded[:_SAME_STEM].translate(_HARD)


def _situations(text: str, language: str) -> frozenset[str]:
    return frozenset(tag.tag for tag in classify(text, speaker="agent", language=language))


# What is told of a call

_VOWED = {
    "tr": re.compile(r"söz ver|sözü ver|vaat|vaad|taahhüt|garanti|[ae]ca[kğ]\w* (?:söyle|bildir)"),
    "en": re.compile(r"\bpromis|guarantee|committed to|assured|\bwill\b|'ll\b"),
}
_SOLVED = {
    "tr": re.compile(
        r"çözül(?:dü|müş)|çözüme kavuş|çözüm bul(?:un)?du|gideril(?:di|miş)|halled(?:il)?[dm]i"
        r"|sorun(?:u|unu)? çözdü|olumlu sonuç"
    ),
    "en": re.compile(
        r"(?<!not )(?<!not been )(?<!not yet )(?<!n't )(?<!never )(?<!un)"
        r"\b(?:re)?(?:solved|fixed|settled|sorted out)\b|successfully"
    ),
}
_UNSOLVED = {
    "tr": re.compile(
        r"çözülme|çözüleme|çözümsüz|çözemedi|çözüm (?:bulunama|sunulama|sunama)|gideril[ae]?me"
        r"|halledil[ae]?me|sonuçsuz|sonuçlanma"
    ),
    "en": re.compile(
        r"\bun(?:re)?solved|(?:not|n't|never)(?: yet)?(?: been)? (?:re)?(?:solved|fixed|settled)"
        r"|without (?:a |any )?(?:re)?solution|no (?:re)?solution|could not (?:solve|fix|help)"
    ),
}


def _contradicts(text: str, outcome: str, language: str) -> bool:
    """Whether it tells of another end; where that is open, nothing may be said to be solved."""
    said = fold(text, language)
    unsolved = bool(_UNSOLVED[language].search(said))
    solved = bool(_SOLVED[language].search(_UNSOLVED[language].sub(" ", said)))
    if outcome == "solved":
        return unsolved
    return solved or (unsolved and outcome == "")


_FEELING = {
    "tr": re.compile(
        r"öfke|sinirl|kızgın|üzgün|üzüntü|mutlu|memnun|mutsuz|kırgın|stres|endişe|hayal kırıklığ"
        r"|sabırsız|rahatla|gergin"
    ),
    "en": re.compile(
        r"\b(?:angr|anger|frustrat|upset|annoy|sad\b|happy|pleased|satisf|dissatisf|unhappy"
        r"|furious|worried|anxious|disappoint|irritat|impatien|reliev|grateful|delighted)"
    ),
}
# what the agent may have felt is nobody's business here, whoever said it
_AGENT_FELT = {
    "tr": re.compile(
        r"temsilci(?!ye|den)[^.,;]{0,40}" + f"(?:{_FEELING['tr'].pattern}|kaba|soğuk)"
    ),
    "en": re.compile(
        r"agent (?:was|seemed|sounded|felt|got|became)[^.,;]{0,30}"
        + f"(?:{_FEELING['en'].pattern}|rude|cold|calm|friendly|polite)"
    ),
}
