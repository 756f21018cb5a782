"""Claims about rephrasing: the agent's own sentence, turned, and nothing promised with it."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.events import Word
from assist.guidance.positive import NEGATIVE, positive
from assist.guidance.situations import classify

LANGUAGES = ("tr", "en")
SENTENCES = Path(__file__).parent / "sentences"


def say(language: str, text: str) -> str:
    found = positive(language).rephrase(text)
    return found.say if found else ""


def sentences(language: str) -> list[tuple[set[str], str]]:
    """What agents said in the tuned and held parts, with its situations (`?`: in doubt)."""
    lines = (SENTENCES / f"{language}.tsv").read_text("utf-8").splitlines()
    fields = [line.split("\t") for line in lines if line.count("\t") == 3]
    return [
        (set(tags.split(",")), text)
        for part, who, tags, text in fields
        if part != "learned" and who == "agent"
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_at_least_forty_templates_with_reasons(language: str) -> None:
    templates = positive(language).templates
    assert len({one.say for one in templates if not one.shape}) >= 40
    assert len({one.why for one in templates}) == len(templates)
    assert len({one.id for one in templates}) == len(templates)


def test_words_that_may_be_misheard_are_not_put_into_the_agents_mouth() -> None:
    text = "Maalesef geri ademe yapamayız"
    heard = [Word(text=one, start=0.0, end=0.1, confidence=0.9) for one in text.split()]
    unsure = [*heard[:2], msgspec.structs.replace(heard[2], confidence=0.4), heard[3]]
    forms = positive("tr")
    kept, general = forms.rephrase(text, heard), forms.rephrase(text, unsure)
    assert kept is not None
    assert "ademe" in kept.say
    assert general is not None
    assert "ademe" not in general.say
    # what no dictionary has may be misheard as well, however clear it was
    assert "frambul" not in say("tr", "Frambulu bugün teslim edemeyiz.")


def test_an_unsure_word_of_another_sentence_does_no_harm() -> None:
    text = "Şey. Kargonuzu bugün teslim edemeyiz."
    heard = [Word(text=one, start=0.0, end=0.1, confidence=0.9) for one in text.split()]
    unsure = [msgspec.structs.replace(heard[0], confidence=0.2), *heard[1:]]
    found = positive("tr").rephrase(text, unsure)
    assert found is not None
    assert found.say == "Kargonuzu en erken [tarih] teslim edebiliriz."


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_own_forms_are_positive_and_promise_no_number(language: str) -> None:
    for one in positive(language).templates:
        found = {tag.tag for tag in classify(one.say, speaker="agent", language=language)}
        assert found.isdisjoint(NEGATIVE), one.say
        assert not re.search(r"\d", one.say), one.say


@pytest.mark.parametrize(
    ("language", "original", "expected"),
    [
        ("tr", "Kargonuzu bugün teslim edemeyiz.", "Kargonuzu en erken [tarih] teslim edebiliriz."),
        ("tr", "Bugün size dönüş yapamam.", "Size en erken [tarih] dönüş yapabilirim."),
        ("tr", "bugün ekip gönderemiyoruz", "En erken [tarih] ekip gönderebiliriz."),
        ("tr", "IŞIKLI ürünü bugün gönderemeyiz", "Işıklı ürünü en erken [tarih] gönderebiliriz."),
        ("tr", "İadeyi yarına kadar yapamayız.", "İadeyi en erken [tarih] yapabiliriz."),
        ("tr", "Fatura olmadan iade kabul edemeyiz.", "Fatura olunca iade kabul edebiliriz."),
        ("tr", "ödeme gelmeden hattınızı açamam", "Ödeme gelince hattınızı açabilirim."),
        (
            "tr",
            "taahhüt bitmeden tarifeyi değiştirmemiz mümkün değil",
            "Taahhüt bitince tarifeyi değiştirebiliriz.",
        ),
        (
            "tr",
            "Önce evrakları göndermek zorundasınız.",
            "Evrakları gönderdiğinizde işleminizi hemen ilerletebilirim.",
        ),
        (
            "tr",
            "formu doldurmanız gerekiyor",
            "Formu doldurduğunuzda işleminizi hemen ilerletebilirim.",
        ),
        (
            "tr",
            "limitinizi artıramıyorum",
            "Limitinizi artırabilmem için gereken: [adım].",
        ),
        ("en", "We can't deliver it today.", "The earliest we can deliver it is [date]."),
        ("en", "I cannot accept it without a receipt", "With a receipt, I can accept it."),
        (
            "en",
            "We cannot pay it out until the bank confirms it.",
            "As soon as the bank confirms it, we can pay it out.",
        ),
        (
            "en",
            "You'll have to send us a photo first.",
            "If you send us a photo, I can go straight on from there.",
        ),
        (
            "en",
            "we're unable to extend the warranty",
            "What we'd need to extend the warranty is [step].",
        ),
    ],
)
def test_a_sentence_keeps_its_words(language: str, original: str, expected: str) -> None:
    assert say(language, original) == expected


@pytest.mark.parametrize(
    ("language", "original"),
    [
        ("tr", "Bunu yapamayız ama size indirim sağlayabilirim."),
        ("tr", "Şubeye gitmenize gerek yok."),
        ("tr", "Bunu yapmak zorunda değilsiniz."),
        ("tr", "Bilgilerinizi doğrulamam gerekiyor."),
        ("tr", "Formu dolduramadınız mı?"),
        ("tr", "Hemen bakıyorum, teşekkür ederim."),
        ("en", "We can't do it today, but I can book you in for Friday."),
        ("en", "I couldn't agree more."),
        ("en", "You don't have to do anything."),
        ("en", "Thank you, let me check that."),
    ],
)
def test_what_is_fine_or_turned_already_is_left_alone(language: str, original: str) -> None:
    assert say(language, original) == ""


@pytest.mark.parametrize(
    ("language", "original", "template"),
    [
        ("tr", "Sisteme düşmemiş efendim.", "not-in-system"),
        ("tr", "mecbursunuz beklemeye", "wait-must"),
        ("tr", "Onu ben bilmiyorum.", "not-know"),
        ("tr", "Bu benim bölümüm değil.", "not-my-department"),
        ("tr", "Lütfen sakin olun.", "calm-down"),
        ("en", "That's not my department.", "not-my-department"),
        ("en", "You should have read the terms.", "should-have"),
        ("en", "There's nothing I can do.", "nothing-to-do"),
        ("en", "It's not showing in the system.", "not-in-system"),
    ],
)
def test_a_subject_has_its_own_form(language: str, original: str, template: str) -> None:
    found = positive(language).rephrase(original)
    assert found is not None
    assert found.template == template
    assert found.tag.tag in NEGATIVE


@pytest.mark.parametrize("language", LANGUAGES)
def test_negative_sentences_of_agents_are_turned_and_others_hardly_ever(language: str) -> None:
    lines = sentences(language)
    negative = [text for tags, text in lines if not tags.isdisjoint(NEGATIVE)]
    doubtful = {f"?{name}" for name in NEGATIVE}
    others = [text for tags, text in lines if tags.isdisjoint(doubtful | set(NEGATIVE))]
    assert sum(bool(say(language, text)) for text in negative) >= 0.9 * len(negative)
    assert sum(bool(say(language, text)) for text in others) <= 0.02 * len(others)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_shown_is_positive_itself(language: str) -> None:
    for _, text in sentences(language):
        shown = say(language, text)
        found = {tag.tag for tag in classify(shown, speaker="agent", language=language)}
        assert found.isdisjoint(NEGATIVE), (text, shown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_evidence_stands_in_the_utterance(language: str) -> None:
    text = {
        "tr": "Anlıyorum sizi.  Maalesef bunu bugün yapamayız. Tamam mı?",
        "en": "I see.  Unfortunately we can't do that today. Okay?",
    }[language]
    found = positive(language).rephrase(text)
    assert found is not None
    for span in found.tag.evidence:
        assert text[span.start : span.end] == span.text


PARTS = """
    maalesef bugün yarın kargonuzu iade et edemeyiz yapamam olmadan bitmeden mecbur
    zorunda göndermek göndermeniz gerekiyor mümkün değil . , we can't cannot deliver it
    without until you have to send the form today unless ?
"""
words = st.lists(st.sampled_from(PARTS.split()), max_size=14)


@given(words, st.sampled_from(LANGUAGES), st.text(max_size=20))
@settings(deadline=None, max_examples=150)
def test_any_words_are_turned_or_left(parts: list[str], language: str, tail: str) -> None:
    shown = say(language, " ".join(parts) + tail)
    assert shown == shown.strip()
    assert "{" not in shown or "{" in tail
