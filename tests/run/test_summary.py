"""The page about a call, and its last lines in the terminal."""

from __future__ import annotations

import re

from msgspec.structs import replace

from assist.events import (
    CallEnded,
    CallStarted,
    Checklist,
    ChecklistItem,
    Due,
    Event,
    Promise,
    Role,
)
from assist.run.summary import summarize
from assist.terminal import event_line
from tests.guidance.test_scorecard import GOOD, scored_events

STARTED = CallStarted(
    call_id="c", seq=1, position=0, channels=(Role.AGENT, Role.CALLER), language="tr"
)
LIST = Checklist(
    call_id="c",
    seq=2,
    position=0,
    items=(ChecklistItem("a", "Karşıla", True, 1.0, "Merhaba"), ChecklistItem("b", "Vedalaş")),
)
PROMISE = Promise(
    call_id="c",
    seq=3,
    position=0,
    id="p1",
    kind="promise",
    quote="Yarın arayacağım.",
    start=61.0,
    due=Due("Yarın", days=1),
)
ENDED = CallEnded(
    call_id="c",
    seq=4,
    position=0,
    reason="stop",
    duration=62.0,
    outcome="open",
    topic="delivery/late",
    summary="Müşteri beklediği teslimat geciktiği için aradı.",
)


def test_the_page_begins_with_what_came_of_the_call() -> None:
    page = summarize([STARTED, LIST, PROMISE, ENDED])
    assert page.splitlines()[2:8] == [
        "Müşteri beklediği teslimat geciktiği için aradı.",
        "",
        "- Sonuç: sonuçlanmadı",
        "- Konu: Geciken teslimat",
        "- Verilen sözler: 1:01 “Yarın arayacağım.” (Yarın)",
        "- Yapılmayanlar: Vedalaş",
    ]


def test_what_is_not_known_has_no_line() -> None:
    events: list[Event] = [STARTED, replace(ENDED, outcome="", topic="", summary="")]
    assert summarize(events).splitlines()[:3] == ["# c", "", "- Süre: 1:02"]


def test_the_terminal_tells_of_promises_and_of_the_end() -> None:
    promise, ended = event_line(PROMISE), event_line(ENDED)
    assert promise is not None and promise.plain.strip() == "↳ promise: Yarın"
    assert ended is not None and ended.plain.startswith("open: Müşteri")
    assert event_line(replace(ENDED, outcome="", summary="")) is None
    assert event_line(LIST) is None


def test_the_scorecard_stands_with_its_sum() -> None:
    page = summarize(scored_events(GOOD, "en"))
    card = page.partition("## Scorecard")[2].partition("## What was said")[0]
    assert "- Closing: **100** (from 30)" in card
    assert re.search(r"  - \+30 · 0:\d\d Asked whether there was anything else “anything", card)
    assert "  - +15 · Explained without jargon (" in card
    assert "- Composure: not enough evidence" in card
    assert "Bu görüşme" not in page


def test_a_call_too_short_has_one_sentence_for_a_scorecard() -> None:
    page = summarize([STARTED, ENDED])
    assert "## Puan kartı\n\nGörüşme değerlendirmek için çok kısa.\n" in page
