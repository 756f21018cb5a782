"""The page about a call, and its last lines in the terminal."""

from __future__ import annotations

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
