"""What a language model may write, and what it may not. All sentences are made up here."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from assist.guidance.checked import check_rewording, check_summary
from assist.guidance.playbook import load_playbook

TR = "Geciktiği için özür dilerim. Kargonuzun nerede olduğuna şimdi bakıyorum."
TR_CALL = [
    "Merhaba, ben Selin Aksoy, on beş Mart'ta verdiğim sipariş hâlâ gelmedi, 250 lira ödedim.",
    "Üç gündür bekliyorum, işe de gidemedim. Yarın şehir dışına çıkıyorum.",
]
TR_DATE = "Yeni teslim tarihiniz [tarih]; bunu ben takip ediyorum."

EN = "I'm sorry it's late. I'm looking right now where your parcel is."
EN_CALL = [
    "Hi, my name is Sarah Miller, I ordered on the fifteenth of March and paid fifty pounds.",
    "I've been waiting for three days and I'm leaving tomorrow, I took time off for this.",
]
EN_DATE = "Your new delivery date is [date]; I'm keeping an eye on it myself."


@pytest.mark.parametrize(
    "text",
    [
        "Üç gündür beklettiğimiz için özür dilerim. Kargonuzun nerede olduğuna hemen bakıyorum.",
        "15 Mart siparişinizin gecikmesi için özür dilerim, nerede olduğuna şimdi bakıyorum.",
        "İşe gidemediğinizi anlıyorum, gecikme için özür dilerim. Şimdi kargonuza bakıyorum.",
        "Yarın yola çıkacağınızı duydum, özür dilerim; kargonuzun yerine bakıyorum.",
    ],
)
def test_a_good_turkish_rewording_passes(text: str) -> None:
    assert check_rewording(text, suggestion=TR, context=TR_CALL, language="tr") is None


@pytest.mark.parametrize(
    "text",
    [
        "Three days is a long wait, and I'm sorry. I'm looking for your parcel right now.",
        "I'm sorry, Sarah, it's late. Let me look where your parcel is.",
        "Sorry it's late when you took time off; I'm looking for your parcel now.",
        "I'm sorry your order of 15 March is late. I'm checking where your parcel is.",
    ],
)
def test_a_good_english_rewording_passes(text: str) -> None:
    assert check_rewording(text, suggestion=EN, context=EN_CALL, language="en") is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("…", "empty"),
        ("**Özür dilerim**, kargonuzun nerede olduğuna bakıyorum.", "markup"),
        ("Elbette: Özür dilerim, kargonuzun nerede olduğuna bakıyorum.", "markup"),
        ("Özür dilerim (kargonuza bakıyorum).", "markup"),
        ("Özür dilerim, kargonuzun yeri www.kargom.com adresinde.", "markup"),
        ("Özür dilerim 😊 kargonuzun nerede olduğuna bakıyorum.", "markup"),
        ("- Özür dilerim, kargonuzun nerede olduğuna bakıyorum.", "markup"),
        ("Özür dilerim.\n\nKargonuzun nerede olduğuna bakıyorum.", "markup"),
        ("Özür dilerim. Anlıyorum. Kargonuzun nerede olduğuna bakıyorum.", "length"),
        ("Özür dilerim, kargonuza bakıyorum, " * 8, "length"),
        ("I'm sorry it's late, I'm looking where your parcel is.", "language"),
        ("Es tut mir leid, ich sehe sofort nach, wo Ihr Paket ist.", "language"),
        ("Özür dilerim, kargonuzun nerede olduğuna [tarih] bakıyorum.", "blank"),
        ("Dört gündür beklettik, özür dilerim. Kargonuza bakıyorum.", "figure"),
        ("Üç saattir beklettik, özür dilerim. Kargonuza bakıyorum.", "figure"),
        ("350 liralık kargonuz gecikti, özür dilerim. Şimdi bakıyorum.", "figure"),
        ("Özür dilerim, cuma günü gelen kargonuza bakıyorum.", "figure"),
        ("Özür dilerim, kargonuza bir saat içinde bakıyorum.", "figure"),
        ("Özür dilerim, kargonuzun yüzde onu geldi.", "figure"),
        ("Mehmet Bey, özür dilerim, kargonuzun nerede olduğuna bakıyorum.", "name"),
        ("Ayşe, özür dilerim, kargonuzun nerede olduğuna bakıyorum.", "name"),
        ("Özür dilerim, kargonuzun yerine Hızlıkargo üzerinden bakıyorum.", "name"),
        ("Beyefendi, özür dilerim, kargonuzun nerede olduğuna bakıyorum.", "name"),
        ("Özür dilerim, kargonuz yarın elinizde olacak, söz veriyorum.", "promise"),
        ("Özür dilerim, kargonuzun parasını iade ediyorum.", "promise"),
        ("Özür dilerim, kargonuzu bulacağım ve size getireceğim.", "promise"),
        ("Özür dilerim, kargonuza bakıyorum, mutlaka bulunur.", "promise"),
        ("Özür dilerim, kargonuzu yetkiliye ilettim.", "promise"),
        ("Özür dilerim, gecikme için size indirim kuponu var, kargonuza bakıyorum.", "promise"),
        ("Özür dilerim ama kargonuzun nerede olduğunu söyleyemem.", "negative"),
        ("Kargonuz gecikti çünkü adresi siz yanlış verdiniz.", "negative"),
        ("Özür dilerim, senin kargona şimdi bakıyorum, nerede olduğuna.", "address"),
        ("Özür dilerim, kargonuz için kart numaranızı söyler misiniz?", "secret"),
        ("Özür dilerim, kargonuz için şifrenizi söyleyin lütfen.", "secret"),
        ("Bugünkü hava çok güzel, değil mi efendim?", "figure"),
        ("Önce modeminizi kapatıp açın, sonra ışığa bakın.", "drift"),
        ("Özür dilerim, kargonuzun nerede olduğuna bakıyorum, dükkânımız kalabalık.", "content"),
        ("Özür dilerim, kargonuzu kurye kaybetmiş, nerede olduğuna bakıyorum.", "negative"),
    ],
)
def test_a_turkish_rewording_with_something_new_does_not_pass(text: str, reason: str) -> None:
    assert check_rewording(text, suggestion=TR, context=TR_CALL, language="tr") == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Here is a better one: I'm sorry it's late, I'm looking now.", "markup"),
        ("I'm sorry it's late. *I'm looking* where your parcel is.", "markup"),
        ("Agent: I'm sorry it's late.", "markup"),
        ("I'm sorry. I am. It's late. I'm looking where your parcel is.", "length"),
        ("Geciktiği için özür dilerim, kargonuza bakıyorum.", "language"),
        ("I'm sorry it's late, [name]. I'm looking where your parcel is.", "blank"),
        ("Four days is a long wait, and I'm sorry. I'm looking for your parcel.", "figure"),
        ("Three weeks is a long wait, and I'm sorry. I'm looking for your parcel.", "figure"),
        ("I'm sorry your $50 parcel is late. I'm looking where it is.", "figure"),
        ("I'm sorry your parcel is late, it comes on Friday.", "figure"),
        ("I'm sorry it's late. Give me a minute to look where your parcel is.", "figure"),
        ("I'm sorry, Mr Miller, it's late. I'm looking where your parcel is.", "name"),
        ("James, I'm sorry it's late. I'm looking where your parcel is.", "name"),
        ("I'm sorry it's late. I'm asking FedEx where your parcel is.", "name"),
        ("I'm sorry it's late, I promise your parcel comes.", "promise"),
        ("I'm sorry it's late, your parcel will arrive.", "promise"),
        ("I'm sorry it's late. I've refunded your parcel.", "promise"),
        ("I'm sorry it's late. I'm sending you a voucher for your parcel.", "promise"),
        ("I'm sorry it's late, your parcel definitely arrives.", "promise"),
        (
            "I'm sorry it's late. I'm putting you through to my manager about your parcel.",
            "promise",
        ),
        ("I'm sorry it's late, but I can't say where your parcel is.", "negative"),
        ("I'm sorry it's late, mate. I'm looking where your parcel is.", "address"),
        ("I'm sorry it's late. What's your card number and your parcel?", "secret"),
        ("I'm sorry it's late, the courier has your parcel. I'm looking where.", "content"),
        ("I'm sorry it's late, you get your money back. I'm looking now.", "content"),
        ("I am a language model and happy to chat about anything.", "drift"),
    ],
)
def test_an_english_rewording_with_something_new_does_not_pass(text: str, reason: str) -> None:
    assert check_rewording(text, suggestion=EN, context=EN_CALL, language="en") == reason


@pytest.mark.parametrize(
    ("text", "suggestion", "language", "reason"),
    [
        ("Teslim için yeni tarihiniz [tarih], bunu ben takip ediyorum.", TR_DATE, "tr", None),
        ("Kargonuzun yeni günü yarın, takibi bende.", TR_DATE, "tr", "blank"),
        ("Kargonuzun yeni günü [gün], takibi bende.", TR_DATE, "tr", "blank"),
        ("Your new date is [date], and I'm keeping an eye on it myself.", EN_DATE, "en", None),
        ("The new delivery date is tomorrow, I'm keeping an eye on it.", EN_DATE, "en", "blank"),
        ("The new date is [date], or [date]; I'm keeping an eye on it.", EN_DATE, "en", "blank"),
    ],
)
def test_a_blank_stays_as_it_is(
    text: str, suggestion: str, language: str, reason: str | None
) -> None:
    call = TR_CALL if language == "tr" else EN_CALL
    assert check_rewording(text, suggestion=suggestion, context=call, language=language) == reason


@pytest.mark.parametrize("language", ["tr", "en"])
def test_every_phrase_of_our_own_passes_as_its_own_rewording(language: str) -> None:
    books = [
        load_playbook(language, None, [pack]) for pack in ("telecom", "bank", "ecommerce", "health")
    ]
    rules = [rule for book in books for rule in book.rules]
    for text in {text for rule in rules for text in (*rule.warm, *rule.factual)}:
        assert check_rewording(text, suggestion=text, context=[], language=language) is None, text


def cases(language: str, kind: str) -> list[str | None]:
    """What the checks say to the rewordings of a kind in `rewordings.toml`."""
    data = tomllib.loads((Path(__file__).parent / "rewordings.toml").read_text("utf-8"))
    return [
        check_rewording(
            text, suggestion=case["suggestion"], context=case["call"], language=language
        )
        for case in data["case"]
        if case["language"] == language
        for text in case.get(kind, [])
    ]


@pytest.mark.parametrize("language", ["tr", "en"])
def test_most_good_rewordings_pass_and_hardly_a_bad_one(language: str) -> None:
    good, bad = cases(language, "good"), cases(language, "bad")
    passed = good.count(None) / len(good)
    wrongly = bad.count(None) / len(bad)
    assert passed >= 0.65, f"{passed:.0%} of {len(good)}"
    # what is made of nothing but words of the call ("wait five days") can pass
    assert wrongly <= 0.1, f"{wrongly:.0%} of {len(bad)}"


# Summaries

TR_RECORD = (
    "Müşteri siparişi geciktiği için aradı; ses tonu önce öfkeliydi, sonra sakindi. Temsilci "
    "konuyu takibe aldı; sonuç daha belli değil. Verilen söz: “cuma günü sizi arayacağım” (cuma)."
)
TR_SPOKEN = [*TR_CALL, "Cuma günü sizi arayacağım, parasını isterseniz iade de yapabiliriz."]
EN_RECORD = (
    "The caller's order is late; the tone of voice was angry. The agent is seeing to it; the "
    "result is not known yet. Promised: “I'll call you on Friday” (Friday)."
)
EN_SPOKEN = [*EN_CALL, "I'll call you on Friday, and we could refund it if you like."]


@pytest.mark.parametrize(
    ("text", "outcome", "promised", "reason"),
    [
        (
            "Selin Aksoy, 15 Mart'ta verdiği 250 liralık siparişi gelmediği için aradı. Temsilci "
            "konuyu takibe aldı ve cuma günü arayacağını söyledi. Konu henüz sonuçlanmadı.",
            "open",
            True,
            None,
        ),
        ("Müşteri siparişi geciktiği için aradı. Sorun çözüldü.", "solved", False, None),
        ("Müşteri siparişi geciktiği için aradı. Sorun çözüldü.", "open", False, "outcome"),
        ("Müşteri siparişi geciktiği için aradı. Sorun çözüldü.", "unsolved", False, "outcome"),
        ("Müşteri siparişi geciktiği için aradı. Sorun çözülmedi.", "solved", False, "outcome"),
        ("Müşteri siparişi geciktiği için aradı. Sorun çözülmedi.", "", False, "outcome"),
        ("Müşteri siparişi geciktiği için aradı. Sorun çözülmedi.", "unsolved", False, None),
        ("Müşteri 500 lira ödediği siparişi sordu.", "open", False, "figure"),
        ("Müşteri pazartesi arayacak.", "open", False, "figure"),
        ("Müşteri Kemal Demir siparişini sordu.", "open", False, "name"),
        ("Temsilci siparişin geleceğine söz verdi.", "open", False, "promise"),
        ("Temsilci siparişin geleceğine söz verdi.", "open", True, None),
        ("Temsilci müşteriye indirim yaptı, siparişi gelecek.", "open", True, "promise"),
        ("Müşteri siparişi gelmediği için üzgündü.", "open", False, "feeling"),
        ("Temsilci siparişi sorunca öfkelendi.", "open", False, "feeling"),
        ("The customer called about a late order.", "open", False, "language"),
        ("# Özet\nMüşteri siparişini sordu.", "open", False, "markup"),
        ("Müşteri siparişini sordu. " * 8, "open", False, "length"),
        (".", "open", False, "empty"),
        ("Bu istekte size yardımcı olmam mümkün değil.", "open", False, "drift"),
    ],
)
def test_a_turkish_summary(text: str, outcome: str, promised: bool, reason: str | None) -> None:
    found = check_summary(
        text,
        summary=TR_RECORD,
        spoken=TR_SPOKEN,
        outcome=outcome,
        promised=promised,
        language="tr",
    )
    assert found == reason


@pytest.mark.parametrize(
    ("text", "outcome", "promised", "reason"),
    [
        (
            "Sarah Miller rang because her order of 15 March, for which she paid 50 pounds, has "
            "not come. The agent is seeing to it and said they would call on Friday. There is no "
            "result yet.",
            "open",
            True,
            None,
        ),
        ("The caller's order was late. It was solved.", "solved", False, None),
        ("The caller's order was late. It was solved.", "open", False, "outcome"),
        ("The caller's order was late. It was not solved.", "solved", False, "outcome"),
        ("The caller's order was late. It was not solved.", "unsolved", False, None),
        ("The caller's order was late. It has not been resolved yet.", "open", False, None),
        ("The caller paid 80 pounds for the late order.", "open", False, "figure"),
        ("The caller wants a call on Monday.", "open", False, "figure"),
        ("The caller ordered from Globex.", "open", False, "name"),
        ("The agent promised that the order comes.", "open", False, "promise"),
        ("The agent gave the caller a discount for it.", "open", True, "promise"),
        ("The caller was frustrated by the delay.", "open", False, "feeling"),
        ("The agent was angry with the caller.", "open", False, "feeling"),
        ("Müşteri siparişi geciktiği için aradı.", "open", False, "language"),
        ("- The caller asked about the order.", "open", False, "markup"),
        ("I can't help with this request.", "open", False, "drift"),
    ],
)
def test_an_english_summary(text: str, outcome: str, promised: bool, reason: str | None) -> None:
    found = check_summary(
        text,
        summary=EN_RECORD,
        spoken=EN_SPOKEN,
        outcome=outcome,
        promised=promised,
        language="en",
    )
    assert found == reason


TR_BILL = [
    "İyi günler, ben Ayşe Yılmaz, faturam bu ay 620 lira gelmiş, normali üç yüz on lira.",
    "Haklısınız, paketi eski haline aldım, fazla alınan 310 lirayı 5 iş gününde iade ediyoruz.",
    "Tamam, çok teşekkür ederim.",
]
EN_BILL = [
    "Hello, Tom Baker here, my bill is 62 pounds this month, normally it's thirty-one.",
    "I've put the old plan back and you'll get a refund of 31 pounds within five working days.",
    "Great, thanks a lot, that's fine.",
]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "Ayşe Yılmaz, normalde 310 lira olan faturasının bu ay 620 TL gelmesi nedeniyle aradı. "
            "Temsilci paketi eski haline aldı ve fazla alınan 310 liranın 5 iş günü içinde iade "
            "edileceğini söyledi. Müşteri kabul etti, konu çözüldü.",
            None,
        ),
        ("Müşteri yüksek faturası için aradı. 310 TL, 3 iş günü içinde iade edilecek.", "figure"),
        ("Müşteri yüksek faturası için aradı. 310 TL, 5 gün içinde iade edilecek.", "figure"),
        ("Müşteri faturası için aradı, paket bir yıl uzatıldı.", "figure"),
    ],
)
def test_a_turkish_summary_keeps_to_the_figures(text: str, reason: str | None) -> None:
    found = check_summary(
        text,
        summary="Müşteri faturasının yüksekliği için aradı; konu çözüldü.",
        spoken=TR_BILL,
        outcome="solved",
        promised=True,
        language="tr",
    )
    assert found == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "Tom Baker rang because his bill was 62 pounds this month instead of 31. The agent put "
            "the old plan back and said that £31 would be refunded within five working days. The "
            "caller was fine with that and the matter was solved.",
            None,
        ),
        ("The caller gets 31 pounds back within three working days.", "figure"),
        ("The caller's bill was changed and the plan extended by a year.", "figure"),
    ],
)
def test_an_english_summary_keeps_to_the_figures(text: str, reason: str | None) -> None:
    found = check_summary(
        text,
        summary="The caller's bill is too high; it is solved.",
        spoken=EN_BILL,
        outcome="solved",
        promised=True,
        language="en",
    )
    assert found == reason
