import pytest

from assist.guidance.figures import figures, in_digits


def found(text: str, language: str) -> list[str]:
    return [f"{figure.value} {figure.unit}".strip() for figure in figures(text, language)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Size iki yüz elli lira iade yapacağım.", ["250 lira"]),
        ("1.250,50 TL ve %10 indirim", ["1250.5 lira", "10 percent"]),
        ("250 TL'ye, 250'ye", ["250 lira", "250"]),
        ("yüzde on beş", ["15 percent"]),
        ("2 iş günü içinde, saat on dörtte", ["2 working day", "14 clock"]),
        ("3'üncü gün, ikinci taksit", ["3 day", "2 instalment"]),
        ("Bir gün bekleyin, bir şey değil, bir de şu var", ["1 day"]),
        ("birkaç gün sürer, gelecek hafta biter", ["some day", "next week"]),
        ("yarına kadar, cumaya, 15 Mart'ta", ["yarın when", "cuma when", "15", "mart when"]),
        ("12 bin lira, yirmi bir gün, bin lira", ["12000 lira", "21 day", "1000 lira"]),
        ("5 iş gününde, iki haftasından, mart ayında", ["5 working day", "2 week", "mart when"]),
        ("beş üç iki dokuz", ["5", "3", "2", "9"]),
        ("5G hattınız, 14:30'da", ["5g", "14:30"]),
        ("yarım saat, üç buçuk lira", ["yarım", "3", "buçuk"]),
        # what only looks like a number or a day
        ("ona söyledim, onun yüzünden altında kaldı, aynı ayakkabı, günaydın", []),
        ("İyi akşamlar, ne gelecek bilmiyorum", []),
    ],
)
def test_turkish(text: str, expected: list[str]) -> None:
    assert found(text, "tr") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("two hundred and fifty pounds", ["250 pound"]),
        ("$50 or 10% off", ["50 dollar", "10 percent"]),
        ("1,250.50 dollars, 50 quid", ["1250.5 dollar", "50 pound"]),
        ("within two working days", ["2 working day"]),
        ("a day or so, one moment", ["1 day", "1 moment"]),
        ("twenty-one days", ["21 day"]),
        ("the 15th of March by 5 pm on Friday", ["15", "march when", "5 clock", "friday when"]),
        ("next week, in a few days", ["next week", "some day"]),
        ("5 thousand lira", ["5000 lira"]),
        ("order 00123 and 123", ["123", "123"]),
        ("I'm the one who has the next step, may I?", []),
        ("Good morning, have a good day", []),
    ],
)
def test_english(text: str, expected: list[str]) -> None:
    assert found(text, "en") == expected


def test_the_same_figure_is_the_same_in_digits_and_words() -> None:
    assert figures("iki yüz elli lira", "tr") == figures("250 TL", "tr")
    assert figures("fifty dollars", "en") == figures("$50", "en")
    assert figures("three days", "en") != figures("three hours", "en")


@pytest.mark.parametrize(
    ("spoken", "written", "language", "expected"),
    [
        ("İki yüz elli liraya aldım", "250 liraya aldım", "tr", "250 liraya aldım"),
        ("yüzde onu", "%10", "tr", "yüzde 10"),
        ("bir gün bir şey oldu", "1 gün bir şey oldu", "tr", "1 gün bir şey oldu"),
        ("birkaç kez aradım", "birkaç kez aradım", "tr", "birkaç kez aradım"),
        ("two hundred and fifty pounds", "250 pounds", "en", "250 pounds"),
        ("Ten percent off", "10% off", "en", "10 percent off"),
    ],
)
def test_a_text_with_its_numbers_in_digits(
    spoken: str, written: str, language: str, expected: str
) -> None:
    assert in_digits(spoken, language) == in_digits(written, language) == expected
