"""Words as the lexicon looks at them: lemma, plain-letter form, negation.

Turkish negates inside the verb ("gelmedi") and with "değil" and "yok" behind the word; English
negates with a word in front. Lemmas come from simplemma's dictionaries, which drop both the
negation and the tense; the suffix is therefore read here.

What is spoken or heard in another form is brought to its written one first: "gelcem" is
gelecek, "varmı" is two words, and "ip tal", which a recogniser has torn apart, is one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import msgspec
import simplemma

from assist.text import Token, ascii_tr, lower, tokens

_TR_NEGATIVE_SUFFIX = re.compile(
    r"m(?:[ıiuü]yo|[ıi]c[ae]"
    r"|[ae](?:d[ıi]|z|m[ıi][şs]|y[ae]c|y[ae]bil|y[ıi][nz]|y[ae]n|d[ae]n|m[ae]|m$|s[ae]|l[ıi]y))"
)
_TR_CLASSES = {
    "cannot": re.compile(
        r"[ae]m(?:[ıiuü]yo\w*|[ae](?:m|z\w*|y[ıi]z|d[ıi]\w*|y[ae]c\w*|m[ae]kt\w*))$"
    ),
    "youdid": re.compile(r"(?:m[ıiuü][şs]s[ıiuü]n[ıiuü]z|(?<!y)[dt][ıiuü]n[ıiuü]z)$"),
    "hadyou": re.compile(r"s[ae]yd[ıi]n[ıi]z$"),
    "will": re.compile(r"[ae]c[ae](?:k|k[lt][ae]r|kt[ıi]r|[ğg][ıi]m|[ğg][ıi]z)$"),
    "yourdoing": re.compile(r"m[ae]n[ıi]z$"),
}
_TR_TENSES = {
    "youhave": re.compile(r".m[ıiuü][şs]s[ıiuü]n[ıiuü]z$"),
    "ifnot": re.compile(r".m[ae]zs[ae]\w*$"),
    "undone": re.compile(r".m[ae]d[ae]n$"),
    "notdone": re.compile(r".m[ae](?:d[ıi]\w*|m[ıi][şs]\w*)$"),
    "doing": re.compile(r".[ıiuü]yor$"),
    "aorist": re.compile(r".(?<!yo)r$"),
    "may": re.compile(r".[ae]b[ıi]l[ıi]r$"),
    "asking": re.compile(
        r"..(?:[ıiuüae]r[ıiuü][mz]|[ae]c[ae][ğg][ıi][mz]|[ıiuü]yoru[mz]|[ıiuü]yor|[ıiuüae][rl])$"
    ),
}
_TR_NECESSITY = {"lazım", "gerek", "şart", "için", "gerekiyor", "gerekli"}
_TR_QUESTION = ("mi", "mı", "mu", "mü")
_TR_POINTING = frozenset({"onu", "bunu", "şunu", "öyle", "böyle", "şöyle", "bence", "sence"})
_TR_NEGATORS = ("değil", "degil", "diil", "yok")
_TR_ASKED = re.compile(
    # "depozitomu" may be a thing one has; only behind a verb the bare particle is sure
    r"(.{2,})(m[ıiuü](?:y[ıiuü][mz]|yd[ıiuü]|d[ıiuü]r|s[ıiuü]n(?:[ıiuü]z)?))"
    r"|(.*(?:r|var|yok|d[ıiuü]|[ae]c[ae]k|m[ae]z|değil))(m[ıiuü])"
)
_TR_PRESENT = re.compile(r"(.+[ıiuü]yo)(d?[mnz]?|[dm]u[mşsz]?|nuz|sun|sunuz|lar|k)$")
_TR_PRESENT_ENDS = {"m": "um", "n": "sun", "z": "uz", "nuz": "sunuz", "k": "uz"}
_TR_FUTURE = re.compile(r"(.{2,}?)(?:[ıiuü]?(y))?[ıiuü]?c([ae])(m|z|k|n|ks[ıi]n[ıi]z|kt[ıi].*)$")
_TR_FUTURE_ENDS = {
    "am": "ağım",
    "em": "eğim",
    "az": "ağız",
    "ez": "eğiz",
    "an": "aksın",
    "en": "eksin",
}
_TR_SPELLINGS = {
    "bi": ("bir",),
    "bişey": ("bir", "şey"),
    "bişi": ("bir", "şey"),
    "bişe": ("bir", "şey"),
    "hiçbişey": ("hiçbir", "şey"),
    "hiçbişi": ("hiçbir", "şey"),
    "dimi": ("değil", "mi"),
    "deilmi": ("değil", "mi"),
    "değilmi": ("değil", "mi"),
    "deil": ("değil",),
    "degil": ("değil",),
    "deyil": ("değil",),
    "noldu": ("ne", "oldu"),
    "nolur": ("ne", "olur"),
    "nolacak": ("ne", "olacak"),
    "napıcam": ("ne", "yapacağım"),
    "napcam": ("ne", "yapacağım"),
    "napayım": ("ne", "yapayım"),
    "napıyım": ("ne", "yapayım"),
    "napıyoruz": ("ne", "yapıyoruz"),
    "nası": ("nasıl",),
    "nasi": ("nasıl",),
    "nasil": ("nasıl",),
    "nerde": ("nerede",),
    "nerden": ("nereden",),
    "nereyle": ("nereye",),
    "yalnış": ("yanlış",),
    "yalnis": ("yanlış",),
    "yanliş": ("yanlış",),
    "herkez": ("herkes",),
    "saol": ("sağ", "ol"),
    "saolun": ("sağ", "olun"),
    "sagol": ("sağ", "ol"),
    "sagolun": ("sağ", "olun"),
    "orda": ("orada",),
    "burda": ("burada",),
    "şuan": ("şu", "an"),
    "suan": ("şu", "an"),
    "hoşçakalın": ("hoşça", "kalın"),
    "hoşçakal": ("hoşça", "kal"),
    "hoscakalin": ("hoşça", "kalın"),
    "hoscakal": ("hoşça", "kal"),
    "iyigünler": ("iyi", "günler"),
    "iyiakşamlar": ("iyi", "akşamlar"),
    "bidaha": ("bir", "daha"),
    "birdaha": ("bir", "daha"),
    "bidakika": ("bir", "dakika"),
    "bisaniye": ("bir", "saniye"),
    "napıcaz": ("ne", "yapacağız"),
    "gitcem": ("gideceğim",),
    "gidcem": ("gideceğim",),
    "gitcek": ("gidecek",),
    "etcem": ("edeceğim",),
    "zman": ("zaman",),
}
_TR_GLUED = (
    "hiçbir",
    "teşekkür",
    "iyi",
    "hoş",
    "nasıl",
    "her",
    "bir",
    "hiç",
    "ne",
    "çok",
    "şu",
    "en",
)
_EN_NEGATORS = {"not", "never", "no", "nobody", "nothing", "none", "without", "hardly", "barely"}
_EN_BREAKS = {"but", "so", "and", "because", "or", "then"}
_FILLERS = {
    "tr": re.compile(
        "ya|yani|şey|eee?|e|hı|ıı|aa|ah|of|evet|hayır|tamam|peki|alo|merhaba(lar)?|iyi|günler"
        "|akşamlar|selam|efendim|hanım|bey|bir|bakın|pardon|şimdi|valla|işte|hah?"
    ),
    "en": re.compile(
        "um|uh|er|erm|so|and|ok|okay|hi|hello|hey|yeah|yes|no|well|but|like|please|sorry|also"
        "|just|now|then|right|oh|ah|alright|great|thanks|good|morning|afternoon|evening|sir"
        "|madam|actually|basically|look|listen"
    ),
}
_EN_REACH = 4
_LONGEST = 40
_TORN = 5
_SUFFIX_REACH = 3
_TR_TORN_VERB = re.compile(r"(?:[dt][ıiuü]|m[ıiuü][şs]t[ıiuü]|yoru|[ae]ca[ğg][ıi]|[ae]ce[ğg]i)m$")
_SENTENCE_END = re.compile(r"[.!?…\n]")
_CLAUSE_END = re.compile(r"[.!?…\n,;:]")
_TR_SENTENCE = re.compile(r"[.!?…\n]|\Z")

_EN_EXPANSIONS = {
    "can't": ("can", "not"),
    "cant": ("can", "not"),
    "cannot": ("can", "not"),
    "won't": ("will", "not"),
    "wont": ("will", "not"),
    "ain't": ("is", "not"),
    "dont": ("do", "not"),
    "doesnt": ("does", "not"),
    "didnt": ("did", "not"),
    "isnt": ("is", "not"),
    "wasnt": ("was", "not"),
    "hasnt": ("has", "not"),
    "havent": ("have", "not"),
    "im": ("i", "am"),
    "ive": ("i", "have"),
    "youre": ("you", "are"),
    "youve": ("you", "have"),
    "thats": ("that", "is"),
    "whats": ("what", "is"),
    "theres": ("there", "is"),
    "gonna": ("going", "to"),
    "wanna": ("want", "to"),
    "gotta": ("got", "to"),
    "ma'am": ("madam",),
    "let's": ("let", "us"),
    "lemme": ("let", "me"),
    "gimme": ("give", "me"),
    "dunno": ("do", "not", "know"),
    "kinda": ("kind", "of"),
    "outta": ("out", "of"),
    "wouldnt": ("would", "not"),
    "couldnt": ("could", "not"),
    "shouldnt": ("should", "not"),
    "arent": ("are", "not"),
    "werent": ("were", "not"),
    "hadnt": ("had", "not"),
    "shouldve": ("should", "have"),
    "theyre": ("they", "are"),
    "youll": ("you", "will"),
    "y'all": ("you", "all"),
    "yall": ("you", "all"),
    "u": ("you",),
    "ya": ("you",),
    "cos": ("because",),
    "cuz": ("because",),
    "cause": ("because",),
    "till": ("until",),
    "til": ("until",),
    "whatcha": ("what", "are", "you"),
    "innit": ("is", "it", "not"),
    "tryna": ("trying", "to"),
    "needa": ("need", "to"),
    "shoulda": ("should", "have"),
    "coulda": ("could", "have"),
}
_EN_CLITICS = {
    "n't": "not",
    "'m": "am",
    "'re": "are",
    "'ve": "have",
    "'ll": "will",
    "'d": "would",
    "'s": "is",
}


class Form(msgspec.Struct, frozen=True):
    """What is known of a word by itself: lemma, plain letters, whether a dictionary has it."""

    folded: str
    lemma: str
    plain: str
    known: bool


class Word(msgspec.Struct, frozen=True):
    """A word in its place: `sentence` counts sentences, `start`/`end` are characters."""

    form: Form
    start: int
    end: int
    sentence: int
    clause: int


@lru_cache(maxsize=20_000)
def analyse(folded: str, language: str) -> Form:
    """Look a folded word of one letter or more up."""
    base = folded.split("'", maxsplit=1)[0] or folded
    lemma = lower(str(simplemma.lemmatize(base, lang=language)), language)
    known = bool(simplemma.is_known(base, lang=language))
    plain = ascii_tr(folded) if language == "tr" else folded
    return Form(folded, lemma, plain, known)


def words(text: str, language: str) -> list[Word]:
    """All words of `text` with sentence and clause numbers; English contractions are expanded."""
    found: list[Word] = []
    sentence = clause = 0
    previous = 0
    for token in _mended(tokens(text, language), text, language):
        between = text[previous : token.start]
        sentence += bool(_SENTENCE_END.search(between))
        clause += bool(_CLAUSE_END.search(between))
        previous = token.end
        for part in expand(token) if language == "en" else written(token.folded[:_LONGEST]):
            form = analyse(part[:_LONGEST], language)
            found.append(Word(form, token.start, token.end, sentence, clause))
    return found


def _mended(line: list[Token], text: str, language: str) -> list[Token]:
    """The tokens, with those put together again that are a word only together."""
    mended: list[Token] = []
    for place, token in enumerate(line):
        before = mended[-1] if mended else None
        if (
            before is not None
            and text[before.end : token.start] == " "
            and (
                _is_torn(before.folded, token.folded, language)
                or (language == "tr" and _is_my(before.folded, line[place:], text))
            )
        ):
            mended[-1] = Token(before.folded + token.folded, before.start, token.end)
        else:
            mended.append(token)
    return mended


def _is_my(noun: str, line: Sequence[Token], text: str) -> bool:
    """Whether a "mu" behind the noun is the end of "sorunumu" (my problem) and asks nothing.

    It is where no question mark follows and the verb near it is the speaker's own ("aldım") or
    says what has not been done ("çözmediniz"): one hardly asks that about one word of it.
    """
    particle = line[0]
    whole = noun + particle.folded
    if particle.folded not in _TR_QUESTION or not simplemma.is_known(whole, lang="tr"):
        return False
    # "doğru mu anladım" and "bunu mu istemedin" ask; so may any word that has no ending
    if noun in _TR_POINTING or (noun[-1] not in "ae" and analyse(noun, "tr").lemma == noun):
        return False
    ended = _TR_SENTENCE.search(text, particle.end)
    if ended is not None and ended[0] == "?":
        return False
    for token in line[1 : 1 + _SUFFIX_REACH]:
        if _CLAUSE_END.search(text, particle.end, token.start):
            return False
        if _TR_TORN_VERB.search(token.folded) or _TR_TENSES["notdone"].search(token.folded):
            return True
    return False


@lru_cache(maxsize=20_000)
def _is_torn(one: str, other: str, language: str) -> bool:
    if not (_TORN <= len(one) + len(other) <= _LONGEST and one.isalpha() and other.isalpha()):
        return False
    whole = [simplemma.is_known(part, lang=language) for part in (one, other)]
    return not all(whole) and bool(simplemma.is_known(one + other, lang=language))


@lru_cache(maxsize=20_000)
def written(folded: str) -> tuple[str, ...]:
    """The written form of a spoken Turkish word: "gelcem" → geleceğim, "varmı" → var, mı."""
    if folded in _TR_SPELLINGS:
        return _TR_SPELLINGS[folded]
    if not simplemma.is_known(folded, lang="tr"):
        for reading in (_present, _future, _asked, _glued):
            if found := reading(folded):
                return found
    return (folded,)


def _present(folded: str) -> tuple[str, ...]:
    """ "geliyo" → geliyor."""
    match = _TR_PRESENT.fullmatch(folded)
    return (f"{match[1]}r{_TR_PRESENT_ENDS.get(match[2], match[2])}",) if match else ()


def _future(folded: str) -> tuple[str, ...]:
    """ "söyliycem" → söyleyeceğim."""
    match = _TR_FUTURE.fullmatch(folded)
    if match is None:
        return ()
    vowel, end = match[3], match[4]
    glide = f"{vowel}y" if match[2] else ""
    full = f"{match[1]}{glide}{vowel}c{_TR_FUTURE_ENDS.get(vowel + end, vowel + end)}"
    return (full,) if simplemma.is_known(full, lang="tr") else ()


def _asked(folded: str) -> tuple[str, ...]:
    """ "olurmu" → olur, mu."""
    match = _TR_ASKED.fullmatch(folded)
    if match is None:
        return ()
    stem = written(match[1] or match[3])
    return (*stem, match[2] or match[4]) if simplemma.is_known(stem[-1], lang="tr") else ()


def _glued(folded: str) -> tuple[str, ...]:
    """ "nezaman" → ne, zaman."""
    for first in _TR_GLUED:
        rest = folded.removeprefix(first)
        if rest != folded and len(rest) > 2 and simplemma.is_known(rest, lang="tr"):
            return first, rest
    return ()


def expand(token: Token) -> tuple[str, ...]:
    """The words in an English contraction: "don't" → do, not."""
    folded = token.folded
    if folded in _EN_EXPANSIONS:
        return _EN_EXPANSIONS[folded]
    for clitic, word in _EN_CLITICS.items():
        if folded.endswith(clitic) and len(folded) > len(clitic):
            return folded[: -len(clitic)], word
    return (folded,)


def classes(form: Form, language: str) -> tuple[str, ...]:
    """The classes of Turkish verb forms a word belongs to.

    cannot: inability ("yapamıyoruz"); youdid: said of the customer ("girmişsiniz"); youhave:
    the same, but found out; hadyou: a reproach ("okusaydınız"); ifnot: a condition
    ("gelmezse"); undone: what must come first ("doldurmadan"); will: the future
    ("arayacağım"); yourdoing: before a demand ("göndermeniz gerekiyor"); notdone: what has not
    happened ("gelmedi"); doing: the present ("geliyor"); aorist: the wide present ("gelir");
    may: ability ("alabilir"); asking: how a question about a way ends ("nasıl öderim").
    """
    if language != "tr":
        return ()
    is_lemma = form.known and form.lemma == form.folded
    stem = len(form.lemma) if form.known and not is_lemma else 2
    found = []
    # "tamam" is no form of a verb; "gelecek" is in the dictionary as a noun, too
    shapes = {"will": _TR_CLASSES["will"]} if is_lemma else _TR_CLASSES
    for name, shape in shapes.items():
        match = shape.search(form.folded)
        # the vowel of "anla-mıyor" belongs to the verb, that of "yap-a-mıyor" is inability
        if match is not None and match.start() >= min(stem, len(form.folded) - 1):
            found.append(name)
    found += [name for name, shape in _TR_TENSES.items() if shape.search(form.folded)]
    return tuple(found)


def openings(line: list[Word], language: str) -> list[int]:
    """The words that begin a clause, those behind mere fillers and greetings included."""
    found = []
    clause, is_open = -1, True
    for index, word in enumerate(line):
        is_open = is_open or word.clause != clause
        clause = word.clause
        if is_open:
            found.append(index)
        is_open = is_open and bool(_FILLERS[language].fullmatch(word.form.folded))
    return found


def is_negated(sentence: list[Word], index: int, stem: int, language: str) -> bool:
    """Whether the word at `index` is denied; `stem` is the length of its known beginning."""
    if language == "en":
        return _denied_in_front(sentence, index)
    return _negative_verb(sentence, index, stem) != _denied_behind(sentence, index)


def _negative_verb(line: list[Word], index: int, stem: int) -> bool:
    folded = line[index].form.folded
    found = _TR_NEGATIVE_SUFFIX.search(folded, max(stem, 1))
    if found is None:
        return False
    following = line[index + 1].form.folded if index + 1 < len(line) else ""
    # "yapmam gerekiyor" (I have to do it) is written like "yapmam" (I don't do it)
    is_noun = found.end() == len(folded) and folded.endswith("m") and following in _TR_NECESSITY
    return not is_noun


def _denied_behind(line: list[Word], index: int) -> bool:
    here = line[index].sentence
    for place in range(index + 1, min(index + 3, len(line))):
        if line[place].sentence != here:
            return False
        if line[place].form.folded.startswith(_TR_NEGATORS):
            behind = line[place + 1].form.folded if place + 1 < len(line) else ""
            # "geldi, değil mi?" asks for a yes
            return not behind.startswith(_TR_QUESTION)
    return False


def _denied_in_front(line: list[Word], index: int) -> bool:
    here = line[index].clause
    for place in range(index - 1, max(index - 1 - _EN_REACH, -1), -1):
        form = line[place].form.folded
        if line[place].clause != here or form in _EN_BREAKS:
            return False
        if form in _EN_NEGATORS:
            return True
    return False
