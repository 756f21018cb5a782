"""Claims about slots: what was said is filled in, and nothing else."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assist.events import Role
from assist.guidance.playbook import load_playbook
from assist.guidance.slots import NAMES, Slots
from tests.guidance.dialogue import utterance

AGENT, CALLER, MIXED = Role.AGENT, Role.CALLER, Role.MIXED
EVERY = {
    "tr": "[isim]/[ürünün adı]/[söylenen tutar]/[söylenen tarih]",
    "en": "[name]/[product name]/[amount named]/[date named]",
}


def slots_of(language: str, *packs: str) -> Slots:
    return Slots({language: load_playbook(language, packs=packs).products})


def filled(language: str, *turns: tuple[Role, str], pack: str = "") -> dict[str, str]:
    """What the slots hold after some turns, by blank."""
    slots = slots_of(language, *filter(None, [pack]))
    for who, text in turns:
        slots.observe(utterance(text, who, language, 0.0, 1.0))
    values = {blank: slots.fill(f"x [{blank}]", language)[2:] for blank in NAMES[language]}
    return {blank: value for blank, value in values.items() if value != f"[{blank}]"}


@pytest.mark.parametrize(
    ("language", "who", "text", "blank", "value"),
    [
        ("tr", AGENT, "Ayşe Hanım, hemen bakıyorum.", "isim", "Ayşe Hanım"),
        ("tr", AGENT, "Tabii İlker Bey'in kaydına bakalım.", "isim", "İlker Bey"),
        ("tr", CALLER, "Merhaba, adım Ayşe Yılmaz.", "isim", "Sayın Yılmaz"),
        ("tr", CALLER, "Benden 350 TL fazla kesilmiş.", "söylenen tutar", "350 lira"),
        ("tr", CALLER, "1.250,50 lira çekilmiş", "söylenen tutar", "1.250,50 lira"),
        ("tr", CALLER, "iki yüz elli liralık fark var", "söylenen tutar", "iki yüz elli lira"),
        ("tr", CALLER, "15 Mart'ta teslim denmişti", "söylenen tarih", "15 Mart"),
        ("tr", CALLER, "cuma günü gelecekti", "söylenen tarih", "cuma"),
        ("tr", CALLER, "Çamaşır makinemin kapağı kırık", "ürünün adı", "çamaşır makinesi"),
        ("tr", CALLER, "buzdolabım çalışmıyor", "ürünün adı", "buzdolabı"),
        ("en", AGENT, "Thank you Mr. Smith, one moment.", "name", "Mr Smith"),
        ("en", CALLER, "My name is Sarah Jones and I have a question.", "name", "Sarah"),
        ("en", CALLER, "You took £45.50 from me", "amount named", "£45.50"),
        ("en", CALLER, "two hundred and fifty dollars", "amount named",
         "two hundred and fifty dollars"),
        ("en", CALLER, "It was supposed to arrive on march 15th", "date named", "March 15th"),
        ("en", CALLER, "you promised it by friday", "date named", "Friday"),
        ("en", CALLER, "my Washing Machine leaks", "product name", "washing machine"),
    ],
)  # fmt: skip
def test_what_was_said_is_filled_in(
    language: str, who: Role, text: str, blank: str, value: str
) -> None:
    assert filled(language, (who, text)) == {blank: value}


@pytest.mark.parametrize(
    ("language", "who", "text"),
    [
        ("tr", CALLER, "Elif Hanım yardımcı olmuştu."),
        ("tr", AGENT, "Evet hanımefendi, dinliyorum."),
        ("tr", CALLER, "Ben İstanbul'dan arıyorum."),
        ("tr", CALLER, "Ben Ayşe, merhaba."),
        ("tr", CALLER, "Mart ayında taşındım, cuma günleri evdeyim."),
        ("tr", CALLER, "Üç gündür bekliyorum, iki kez aradım."),
        ("tr", MIXED, "Ayşe Hanım"),
        ("en", CALLER, "I'm sorry to bother you."),
        ("en", CALLER, "I moved in March."),
        ("en", CALLER, "I called three times."),
    ],
)
def test_what_only_looks_like_it_is_left_alone(language: str, who: Role, text: str) -> None:
    assert filled(language, (who, text)) == {}


@pytest.mark.parametrize(
    ("language", "pack", "text", "product"),
    [
        ("tr", "telecom", "İnternet hattım sabahtan beri yok", "internet hattı"),
        ("tr", "telecom", "sim kartımı değiştirmek istiyorum", "sim kart"),
        ("tr", "telecom", "uydu alıcısından ses gelmiyor", "uydu alıcısı"),
        ("tr", "bank", "konut kredimi kapatacağım", "konut kredisi"),
        ("tr", "bank", "vadesiz hesabımdan kesilmiş", "vadesiz hesap"),
        ("tr", "bank", "kredi kartınızın ekstresi", "kredi kartı"),
        ("tr", "ecommerce", "oyun konsolumun kutusu ezik", "oyun konsolu"),
        ("tr", "ecommerce", "kazağımı değiştirmek istiyorum", "kazak"),
        ("tr", "ecommerce", "spor ayakkabılarım dar geldi", "spor ayakkabı"),
        ("tr", "health", "tansiyon aletim yanlış ölçüyor", "tansiyon aleti"),
        ("tr", "health", "işitme cihazındaki ses", "işitme cihazı"),
        ("en", "telecom", "my SIM card isn't recognised", "SIM card"),
        ("en", "bank", "it's about my savings account", "savings account"),
        ("en", "ecommerce", "the trainers are too small", "trainers"),
        ("en", "health", "the hearing aids don't work", "hearing aid"),
    ],
)
def test_a_pack_knows_the_products_of_its_trade(
    language: str, pack: str, text: str, product: str
) -> None:
    blank = {"tr": "ürünün adı", "en": "product name"}[language]
    assert filled(language, (CALLER, text), pack=pack).get(blank) == product
    assert product in [
        name.replace("|", "") for name in load_playbook(language, packs=[pack]).products
    ]


@pytest.mark.parametrize(
    ("language", "pack", "text"),
    [
        ("tr", "ecommerce", "masaj koltuğu değil, masal kitabı"),
        ("tr", "ecommerce", "kaza yaptım"),
        ("tr", "ecommerce", "halıcıyım ben"),
        ("tr", "bank", "ek olarak bir şey soracağım"),
        ("en", "ecommerce", "I'm a regular customer and I watched it"),
        ("en", "health", "I read the prescription"),
    ],
)
def test_a_word_that_only_begins_like_a_product_is_none(
    language: str, pack: str, text: str
) -> None:
    blank = {"tr": "ürünün adı", "en": "product name"}[language]
    product = filled(language, (CALLER, text), pack=pack).get(blank, "")
    assert product in ("", "koltuk")


def test_of_two_values_neither_is_filled() -> None:
    assert filled("tr", (CALLER, "350 lira dediniz, 500 lira kestiniz")) == {}
    twice = filled("tr", (CALLER, "350 lira dediniz"), (AGENT, "350 TL görüyorum"))
    assert twice == {"söylenen tutar": "350 lira"}


def test_what_was_said_in_another_language_is_not_mixed_in() -> None:
    slots = Slots()
    slots.observe(utterance("350 lira kesilmiş", CALLER, "tr", 0.0, 1.0))
    assert slots.fill("[amount named]", "en") == "[amount named]"


def test_other_blanks_stay_and_a_sentence_begins_with_a_capital() -> None:
    slots = slots_of("tr")
    slots.observe(utterance("iade ettiğim klima için 900 lira", CALLER, "tr", 0.0, 1.0))
    again = pickle.loads(pickle.dumps(slots))
    assert again.fill("[ürünün adı] için [tutar], [tarih]", "tr") == "Klima için [tutar], [tarih]"


@pytest.mark.parametrize("language", ["tr", "en"])
def test_our_phrases_use_every_slot_and_put_no_suffix_to_it(language: str) -> None:
    texts = [text for rule in load_playbook(language).rules for text in (*rule.warm, *rule.factual)]
    for blank in NAMES[language]:
        using = [text for text in texts if f"[{blank}]" in text]
        assert using, blank
        assert all(text.split(f"[{blank}]", 1)[1][:1] in ("", " ", ",", ".", ";") for text in using)


@given(st.text(max_size=80), st.sampled_from(["tr", "en", "de"]), st.sampled_from(list(Role)))
@settings(deadline=None, max_examples=100)
def test_any_words_are_taken(text: str, language: str, who: Role) -> None:
    slots = Slots({key: load_playbook(key).products for key in EVERY})
    slots.observe(utterance(text, who, language, 0.0, 1.0))
    for known, phrase in EVERY.items():
        assert slots.fill(phrase, known).count("/") >= 3
