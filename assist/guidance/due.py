"""When something is due, read from how people say it: "yarın sabah", "within two working days".

What is said is kept as it was, and taken apart so far that it can be counted from the moment of
the call. `due_at` counts it, for whoever knows when that was; the core does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from assist.events import Due
from assist.text import Token, tokens

Fields = dict[str, Any]
_Read = Callable[[re.Match[str]], Fields]


def _listed(text: str) -> list[str]:
    return text.split()


_ONES_TR = _listed("bir iki üç dört beş altı yedi sekiz dokuz")
_TENS_TR = _listed("on yirmi otuz kırk elli altmış")
_NUMBERS_TR = {word: n for n, word in enumerate(_ONES_TR, 1)} | {
    word: 10 * n for n, word in enumerate(_TENS_TR, 1)
}
_TO_TWENTY = _listed(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
)
_NUMBERS_EN = {word: n for n, word in enumerate(_TO_TWENTY, 1)} | {
    "a": 1,
    "an": 1,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
}
_MONTHS_TR = _listed("ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık")
_MONTHS_EN = _listed(
    "january february march april may june july august september october november december"
)
_DAYS_TR = _listed("pazartesi salı çarşamba perşembe cuma cumartesi pazar")
_DAYS_EN = _listed("monday tuesday wednesday thursday friday saturday sunday")

_N_TR = (
    rf"(?:\d{{1,3}}|(?:{'|'.join(_TENS_TR)})(?: (?:{'|'.join(_ONES_TR)}))?|{'|'.join(_ONES_TR)})"
)
_SPOKEN_TR = "|".join([*_ONES_TR, "dörd"])  # "dörde kadar"
_HOUR_TR = rf"(?P<hour>\d{{1,2}}|(?:on|yirmi)(?: (?:{_SPOKEN_TR}))?|{_SPOKEN_TR})"
_CASE_TR = r"(?:'?(?:[dt][ae]n?|y?[aeıiuü]|n?d[ae]))?"
_AT_TR = r"'?(?:[dt][ae]|y[ae])"
_N_EN = (
    rf"(?:\d{{1,3}}|(?:twenty|thirty|forty|fifty)(?: (?:{'|'.join(_TO_TWENTY[:9])}))?"
    rf"|{'|'.join(_NUMBERS_EN)})"
)
_HOUR_EN = rf"(?P<hour>\d{{1,2}}|{'|'.join(_TO_TWENTY[:12])})"
_UNITS = {
    "dakika": "minutes",
    "minute": "minutes",
    "saat": "hours",
    "hour": "hours",
    "gün": "days",
    "day": "days",
    "hafta": "weeks",
    "week": "weeks",
    "ay": "months",
    "month": "months",
}


def _number(text: str) -> int | None:
    if text.isdecimal():
        return int(text)
    parts = [_NUMBERS_TR.get(part, _NUMBERS_EN.get(part)) for part in text.split()]
    known = [part for part in parts if part is not None]
    return sum(known) if known and len(known) == len(parts) else None


def _span(match: re.Match[str]) -> Fields:
    unit = _UNITS[match["unit"]]
    amount: float | None
    if match["n"] in ("yarım", "half an", "half a"):
        amount = 0.5
    elif match["n"] in ("a couple of", "couple of"):
        amount = 2
    else:
        amount = _number(match["n"])
    if amount is None:
        return {}
    amount += 0.5 if match.groupdict().get("half") else 0
    if unit in ("minutes", "hours"):
        return {"minutes": round(amount * (60 if unit == "hours" else 1))}
    fields: Fields = {unit: round(amount)}
    return fields | ({"working": True} if match["working"] else {})


def _clock(match: re.Match[str]) -> Fields:
    groups = match.groupdict()
    hour = _number((groups["hour"] or "").replace("dörd", "dört"))
    minute_text = groups.get("minute") or ""
    minute = 30 if minute_text in ("buçuk", "thirty") else _number(minute_text) or 0
    if hour is None or hour > 24 or minute > 59:
        return {}
    half = (groups.get("half") or "").replace(" ", "")
    hour = hour % 12 + 12 * (half == "pm") if half else hour % 24
    part = "morning" if half == "am" else ""
    return {"clock": f"{hour:02d}:{minute:02d}"} | ({"part": part} if part else {})


def _weekday(days: list[str]) -> _Read:
    return lambda match: (
        {"weekday": days.index(match["day"]) + 1}
        | ({"weeks": 1} if match.groupdict().get("next") else {})
    )


def _date(months: list[str]) -> _Read:
    def read(match: re.Match[str]) -> Fields:
        day = _number(match["n"])
        if day is None or not 1 <= day <= 31:
            return {}
        month = match.groupdict().get("month")
        return {"date": f"{months.index(month) + 1:02d}-{day:02d}" if month else f"{day:02d}"}

    return read


def _fixed(**fields: Any) -> _Read:
    return lambda _: fields


def _word(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S)(?:{pattern})(?!\S)")


_PARTS: dict[str, list[tuple[re.Pattern[str], _Read]]] = {
    "tr": [
        (
            _word(
                rf"(?:{_N_TR} (?:ila |ile |veya )?)?(?P<n>{_N_TR}|yarım|birkaç)(?P<half> buçuk)? "
                r"(?P<working>iş )?(?P<unit>dakika|saat|gün|hafta|ay)ü?"
                r"(?:(?:lık|lik)? (?:içinde|içerisinde|zarfında|sonra\w*|kadar)"
                r"|[dt][ae]|[ea]|y[ae]|(?:y[ae]|[ea]) kadar)(?: kadar)?"
            ),
            _span,
        ),
        (_word(r"hafta sonu\w*(?= kadar)"), _fixed(end_of="week")),
        (_word(r"(?:bu )?hafta sonu\w*"), _fixed(weekday=6)),
        (_word(r"(?:bu )?haftanın sonu\w*|hafta içinde"), _fixed(end_of="week")),
        (_word(r"(?:bu )?ay(?:ın)? sonu\w*"), _fixed(end_of="month")),
        (_word(r"gün sonu\w*|gün içinde|mesai (?:bitim|son)\w*"), _fixed(end_of="day")),
        (_word(r"bugün\w*"), _fixed(days=0)),
        (_word(r"yarından sonra\w*|öbür gün\w*|ertesi gün\w*"), _fixed(days=2)),
        (_word(r"yarın|yarına|yarınki"), _fixed(days=1)),
        (_word(r"haftaya|(?:gelecek|önümüzdeki) hafta\w*"), _fixed(weeks=1)),
        (_word(r"bu hafta"), _fixed(weeks=0)),
        (_word(r"(?:gelecek|önümüzdeki) ay\w*"), _fixed(months=1)),
        (
            _word(rf"(?P<day>{'|'.join(_DAYS_TR)})(?:y[ae]|[ae]|s[ıi])?(?: gün\w*)?"),
            _weekday(_DAYS_TR),
        ),
        (_word(r"sabah(?:a|ı|tan|leyin)?"), _fixed(part="morning")),
        (_word(r"öğleden sonra\w*"), _fixed(part="afternoon")),
        (_word(r"öğle(?:n|ne|ye|den önce|nleyin)?"), _fixed(part="noon")),
        (_word(r"akşam(?:a|ı|üstü|leyin)?"), _fixed(part="evening")),
        (_word(r"gece(?:ye|si)?"), _fixed(part="night")),
        (
            _word(
                rf"saat {_HOUR_TR}(?:(?: (?P<minute>[0-5]\d|buçuk)){_CASE_TR}"
                rf"|{_CASE_TR})"
            ),
            _clock,
        ),
        (_word(r"(?P<hour>\d{1,2}) (?P<minute>[0-5]\d)'[dt][ae]"), _clock),
        (_word(rf"(?<=sabah ){_HOUR_TR}{_AT_TR}"), _clock),
        (_word(rf"(?<=akşam ){_HOUR_TR}{_AT_TR}"), _clock),
        (_word(rf"(?<=sonra ){_HOUR_TR}{_AT_TR}"), _clock),
        (
            _word(rf"(?P<n>{_N_TR}) (?P<month>{'|'.join(_MONTHS_TR)})(?:'?\w{{1,3}})?"),
            _date(_MONTHS_TR),
        ),
        (_word(rf"ayın (?P<n>{_N_TR})(?:'?\w{{1,4}})?"), _date(_MONTHS_TR)),
        (
            _word(
                r"en kısa (?:sürede|zamanda)|kısa süre içinde|kısa sürede|birazdan|en yakın zamanda"
                r"|bir an önce"
            ),
            _fixed(),
        ),
    ],
    "en": [
        (
            _word(
                r"(?:within|in|next|over)(?: the)?(?: next| about| around)? "
                rf"(?:{_N_EN} (?:to |or )?)?"
                rf"(?P<n>half an|half a|a couple of|couple of|a few|{_N_EN}) "
                r"(?P<working>working |business )?(?P<unit>minute|hour|day|week|month)s?"
            ),
            _span,
        ),
        (
            _word(rf"{_N_EN} to (?P<n>{_N_EN}) (?P<working>working )?(?P<unit>hour|day|week)s"),
            _span,
        ),
        (_word(r"within the hour"), _fixed(minutes=60)),
        (
            _word(r"(?:end|close) of (?:the |this )?(?:day|business)|end of today"),
            _fixed(end_of="day"),
        ),
        (_word(r"end of (?:the |this )?week"), _fixed(end_of="week")),
        (_word(r"(?:the |this )weekend"), _fixed(weekday=6)),
        (_word(r"end of (?:the |this )?month"), _fixed(end_of="month")),
        (_word(r"the day after tomorrow|day after tomorrow"), _fixed(days=2)),
        (_word(r"today"), _fixed(days=0)),
        (_word(r"tonight"), _fixed(days=0, part="evening")),
        (_word(r"this(?= (?:morning|afternoon|evening))"), _fixed(days=0)),
        (_word(r"tomorrow"), _fixed(days=1)),
        (_word(r"next week"), _fixed(weeks=1)),
        (_word(r"this week"), _fixed(weeks=0)),
        (_word(r"next month"), _fixed(months=1)),
        (
            _word(rf"(?P<next>next )?(?P<day>{'|'.join(_DAYS_EN)})"),
            _weekday(_DAYS_EN),
        ),
        (_word(r"morning"), _fixed(part="morning")),
        (_word(r"noon|midday|lunchtime"), _fixed(part="noon")),
        (_word(r"afternoon"), _fixed(part="afternoon")),
        (_word(r"evening"), _fixed(part="evening")),
        (
            _word(
                rf"{_HOUR_EN}"
                r"(?: (?P<minute>[0-5]\d|thirty))? ?(?P<half>am|pm|a m|p m)"
            ),
            _clock,
        ),
        (
            _word(
                rf"(?:at|by|before|until|around) {_HOUR_EN}"
                r"(?: (?P<minute>[0-5]\d|thirty))?(?: o'clock)?"
                r"(?! (?:minute|hour|day|week|month|working|business|january|february|march|april"
                r"|june|july|august|september|october|november|december|percent|pounds|dollars))"
            ),
            _clock,
        ),
        (
            _word(rf"(?P<month>{'|'.join(_MONTHS_EN)}) (?P<n>\d{{1,2}})(?:st|nd|rd|th)?"),
            _date(_MONTHS_EN),
        ),
        (
            _word(rf"(?P<n>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month>{'|'.join(_MONTHS_EN)})"),
            _date(_MONTHS_EN),
        ),
        (_word(r"the (?P<n>\d{1,2})(?:st|nd|rd|th)"), _date(_MONTHS_EN)),
        (_word(r"as soon as possible|shortly|very soon|as soon as (?:i|we) can"), _fixed()),
    ],
}
_BETWEEN = {
    "tr": frozenset(
        _listed("saat günü gününe en geç kadar içinde de da olarak tarihine tarihinde")
    ),
    "en": frozenset(_listed("at by before on in the around of this about")),
}
_BEHIND = {"tr": frozenset(_listed("kadar içinde günü gününe itibarıyla")), "en": frozenset[str]()}
_NEAR = 3
_MOST_TOKENS = 200


_Part = tuple[int, int, Fields]


def find_due(text: str, language: str) -> Due | None:
    """The first time that is named in a sentence, or None.

    Words that name no time in particular ("as soon as possible") are kept as `text` alone.
    """
    if language not in _PARTS:
        return None
    line = tokens(text, language)[:_MOST_TOKENS]
    groups = _joined(_found(line, language), line, language)
    if not groups:
        return None
    first, last, fields = next((group for group in groups if group[2]), groups[0])
    while last + 1 < len(line) and line[last + 1].folded in _BEHIND[language]:
        last += 1
    return Due(text=text[line[first].start : line[last].end], **_in_its_half(fields))


def is_dated(due: Due | None) -> bool:
    """Whether a time is named that can be counted."""
    return due is not None and due != Due(text=due.text)


def due_at(due: Due | None, said: datetime) -> datetime | None:
    """The last moment that keeps a promise made at `said` (aware; its zone is the caller's).

    `None` where what was said names no time. `web/src/call/due.ts` does the same in the page.
    """
    if due is None:
        return None
    if due.minutes is not None:
        return said + timedelta(minutes=due.minutes)
    day = _due_day(due, said.date())
    if day is None:
        return None
    if due.clock:
        hour, minute = map(int, due.clock.split(":"))
        # "at three" is of either half of the day: the one that people are up in.
        hour += 12 if not due.part and hour < 8 else 0
        return datetime.combine(day, time(hour, minute), said.tzinfo)
    hour = _LAST_HOUR.get(due.part, 24)
    return datetime.combine(day, time(hour - 1, 59, 59), said.tzinfo)


_LAST_HOUR = {"morning": 12, "noon": 14, "afternoon": 18, "evening": 22, "night": 24}


def _due_day(due: Due, day: date) -> date | None:
    if due.date:
        return _calendar_day(due.date, day)
    if due.months is not None:
        day = _in_month(day, due.months)
    if due.weeks is not None:
        day += timedelta(weeks=due.weeks)
    if due.weekday is not None:
        return _weekday_after(day, due.weekday, in_this_week=due.weeks is not None)
    if due.end_of == "week" or due.weeks is not None:
        return _weekday_after(day, 7, in_this_week=True)
    if due.end_of == "month" or due.months is not None:
        return _in_month(day, 1) - timedelta(days=1)
    if due.days is not None:
        return _working_days(day, due.days) if due.working else day + timedelta(days=due.days)
    return day if due.clock or due.part or due.end_of == "day" else None


def _in_month(day: date, ahead: int) -> date:
    """The first day of a month `ahead` of the day's own."""
    months = day.year * 12 + day.month - 1 + ahead
    return date(months // 12, months % 12 + 1, 1)


def _calendar_day(text: str, today: date) -> date:
    """MM-DD or DD, the next one from today on; a day that a month lacks is its last."""
    *month, number = map(int, text.split("-"))
    first = today.replace(month=month[0], day=1) if month else today.replace(day=1)
    found = _day_of(first, number)
    if found < today:
        found = _day_of(
            first.replace(year=first.year + 1) if month else _in_month(first, 1), number
        )
    return found


def _day_of(first: date, number: int) -> date:
    return min(first + timedelta(days=number - 1), _in_month(first, 1) - timedelta(days=1))


def _weekday_after(day: date, wanted: int, *, in_this_week: bool) -> date:
    ahead = wanted - day.isoweekday()
    return day + timedelta(days=ahead if in_this_week or ahead > 0 else ahead + 7)


def _working_days(day: date, days: int) -> date:
    while days > 0:
        day += timedelta(days=1)
        days -= day.isoweekday() <= 5
    return day


def _in_its_half(fields: Fields) -> Fields:
    """ "Akşam altıda" is at 18:00."""
    hour, _, minute = fields.get("clock", "").partition(":")
    least = {"afternoon": 1, "evening": 1, "night": 6}.get(fields.get("part", ""), 12)
    if hour and least <= int(hour) < 12:
        return fields | {"clock": f"{int(hour) + 12}:{minute}"}
    return fields


def _found(line: list[Token], language: str) -> list[_Part]:
    """What the patterns find, in order: first and last word and what it says."""
    joined = " ".join(token.folded for token in line)
    starts, ends, position = {}, {}, 0
    for index, token in enumerate(line):
        starts[position] = index
        position += len(token.folded)
        ends[position] = index
        position += 1
    found = [
        (starts[match.start()], ends[match.end()], read(match))
        for pattern, read in _PARTS[language]
        for match in pattern.finditer(joined)
        if match.start() in starts and match.end() in ends
    ]
    kept: list[_Part] = []
    for part in sorted(found, key=lambda part: part[0] - part[1]):  # the longest first
        if all(part[1] < other[0] or part[0] > other[1] for other in kept):
            kept.append(part)
    return sorted(kept, key=lambda part: part[0])


def _joined(parts: list[_Part], line: list[Token], language: str) -> list[_Part]:
    """Parts that stand together name one time: "cuma günü saat on dörtte"."""
    groups: list[_Part] = []
    for start, end, fields in parts:
        if groups:
            first, last, known = groups[-1]
            between = {token.folded for token in line[last + 1 : start]}
            if start - last <= _NEAR and between <= _BETWEEN[language]:
                groups[-1] = (first, end, fields | known)
                continue
        groups.append((start, end, fields))
    return groups
