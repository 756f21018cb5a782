"""Is a hypothesis to be believed? Whisper repeats itself and invents words where nobody speaks.

Two kinds of mistakes are told apart. A hypothesis that runs in circles is recognised again at
full length. One that sounds like nothing said (high probability of "no speech" together with
a low probability of the words) is dropped, as are the phrases that Whisper learned from
subtitles and puts on noise. The thresholds were measured on noise, tones, music and clicks of
1 to 15 seconds against telephone speech, single words included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from assist.text import tokens as text_tokens

_SILENCE = 0.6
_DOUBT_WEIGHT = 0.5
_BELIEVED = -0.75
_LOOP_NO_SPEECH = 0.4
_PHRASE_NO_SPEECH = 0.3
_PHRASE_DOUBT = -0.8
_LOOP_LENGTHS = range(1, 5)
_LOOP_TIMES = 6
_SAID_TWICE = 2

_SUBTITLES = frozenset(
    {
        "altyazı mk",
        "altyazı",
        "abone olmayı unutmayın",
        "abone ol",
        "beğenmeyi unutmayın",
        "bu dizinin betimlemesi",
        "sesli betimleme derneği",
        "çeviri ve altyazı",
        "izlediğiniz için teşekkür ederim",
        "izlediğiniz için teşekkür ederiz",
        "izlediğiniz için teşekkürler",
        "like and subscribe",
        "please subscribe",
        "subscribe to my channel",
        "subtitles by",
        "thank you for watching",
        "thanks for watching",
        "transcription by",
        "welcome back to my channel",
        "amaraorg",
    }
)


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What the decoder wrote.

    `log_probability` is the mean natural logarithm per token, `no_speech` the probability that
    nobody speaks; `cut` says that the decoder had to be stopped; `words` go with the numbers
    of their tokens.
    """

    tokens: tuple[int, ...]
    words: tuple[tuple[str, int], ...]
    language: str
    log_probability: float
    no_speech: float
    cut: bool

    @property
    def text(self) -> str:
        """The words in a row."""
        return " ".join(word for word, _ in self.words)

    def folded(self) -> list[str]:
        """The words as they are compared: lower case, without punctuation."""
        return [
            "".join(token.folded for token in text_tokens(word, self.language)).replace("'", "")
            for word, _ in self.words
        ]


def period(words: Sequence[str]) -> int:
    """The least p for which every word equals the one p before it; all of them without one."""
    count = len(words)
    for length in range(1, count):
        if all(words[at] == words[at - length] for at in range(length, count)):
            return length
    return count


def loops(tokens: Sequence[int]) -> bool:
    """True when the tokens end in the same few again and again."""
    for length in _LOOP_LENGTHS:
        tail = list(tokens[-length * _LOOP_TIMES :])
        if len(tail) == length * _LOOP_TIMES and tail == tail[:length] * _LOOP_TIMES:
            return True
    return False


def doubtful(hypothesis: Hypothesis) -> bool:
    """True when the words run in circles, so that a second look is worth its cost.

    One word said twice ("bye bye", "tamam tamam") is what people say.
    """
    words = hypothesis.folded()
    circles = period(words) < len(words) and len(words) > _SAID_TWICE
    return hypothesis.cut or circles or loops(hypothesis.tokens)


def silence(hypothesis: Hypothesis) -> bool:
    """True when the words were most likely invented where nobody spoke."""
    words = hypothesis.folded()
    if not any(words) or (loops(hypothesis.tokens) and hypothesis.no_speech > _LOOP_NO_SPEECH):
        return True
    # Words that the decoder is sure of are never dropped: an unusual voice raises the
    # probability of "no speech" as much as noise does, but noise gives no sure words.
    doubt = _BELIEVED - hypothesis.log_probability
    if doubt > 0 and hypothesis.no_speech + _DOUBT_WEIGHT * doubt >= _SILENCE:
        return True
    unsure = hypothesis.no_speech > _PHRASE_NO_SPEECH or hypothesis.log_probability < _PHRASE_DOUBT
    said = " ".join(word for word, _ in groupby(words))
    return unsure and any(phrase in said for phrase in _SUBTITLES)


def nothing_said(hypothesis: Hypothesis) -> bool:
    """True when no word of the hypothesis, the last one there will be, is to be believed."""
    return silence(hypothesis) or (hypothesis.cut and loops(hypothesis.tokens))
