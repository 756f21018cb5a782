"""The wall: all running calls at a glance, and a word to an agent."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from playwright.async_api import Locator, expect

from assist.events import Role
from assist.server.glance import WallAlert, Words
from assist.server.wall import WallRow, WallState
from assist.store import Annotation
from tests.browser.fake_server import FakeServer
from tests.browser.scenes import WORDS, Script, angry
from tests.browser.sidebar import OpenSidebar, Sidebar
from tests.browser.test_calls import DESK
from tests.browser.test_screenshots import LOCALES, PICTURES, ROOT, overflowing, violations

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLAYED = """() => {
  window.played = [];
  const { start } = AudioBufferSourceNode.prototype;
  AudioBufferSourceNode.prototype.start = function (when) {
    played.push([when, this.buffer.duration]);
    start.call(this, when);
  };
}"""
"""Keeps when each piece of sound begins and how long it is."""
AGENTS = ("Elif", "Mert", "Alex", "Zeynep", "Can", "Robin", "Deniz", "Sam")
TONES = ("neutral", "", "sad", "neutral", "happy", "unsure", "neutral", "angry")
PHASES = ("opening", "discovery", "solution", "closing", "")


def a_row(number: int, language: str = "tr", **changes: Any) -> WallRow:
    """A running call; those with a higher number need more help."""
    role, text = WORDS[language].lines[number % 6]
    plain = WallRow(
        call_id=f"call-{number}",
        agent=AGENTS[number % 8],
        customer=f"C-{1000 + number}",
        language=language,
        started_at=(datetime.now(UTC) - timedelta(seconds=40 * number)).isoformat(),
        duration=40.0 * number + 12,
        tone=TONES[number % 8],
        confidence=0.8,
        trend=(-0.5, 0.0, 0.4)[number % 3],
        phase=PHASES[number % 5],
        risk=min(1.0, number / 9),
        reasons=(),
        last=Words(role, text) if number % 7 else None,
        flagged=False,
        hold=0.0,
        gap=False,
    )
    return replace(plain, **changes)


def busy(language: str) -> WallState:
    """Nine calls, some of them in trouble, with alerts."""
    special = {
        9: {"tone": "angry", "risk": 0.95, "reasons": ("flag", "angry", "legal_threat", "worse")},
        8: {"risk": 0.85, "reasons": ("escalation", "repeat_contact")},
        5: {"hold": 95.0, "reasons": ("hold",), "gap": True},
    }
    rows = tuple(a_row(n, language, **special.get(n, {})) for n in range(1, 10))
    now = datetime.now(UTC).isoformat()
    quote = WORDS[language].quoted
    alerts = (
        WallAlert("call-5/0", "call-5", "long_hold", 60.0, "", now),
        WallAlert("call-8/0", "call-8", "escalation", 30.0, quote, now),
        WallAlert("call-9/0", "call-9", "flag", 80.0, "", now),
    )
    return WallState(rows, alerts)


def row(sidebar: Sidebar, number: int) -> Locator:
    return sidebar.page.locator(f"[data-call=call-{number}]")


async def is_ordered(sidebar: Sidebar, *calls: int) -> None:
    """The rows are these, now or soon."""
    await sidebar.page.wait_for_function(
        """calls => {
          const rows = document.querySelector('wall-page').shadowRoot.querySelectorAll('.call');
          return [...rows].map(row => row.dataset.call).join() === calls.join();
        }""",
        arg=[f"call-{number}" for number in calls],
        timeout=8_000,
    )


async def opened(server: FakeServer, open_sidebar: OpenSidebar, **options: Any) -> Sidebar:
    server.wall = server.wall if server.wall.rows else busy("tr")
    sidebar = await open_sidebar(f"{server.address}/wall", viewport=DESK, **options)
    await expect(sidebar.page.locator("[data-call]")).to_have_count(len(server.wall.rows))
    return sidebar


def begin(server: FakeServer, number: int, language: str = "tr") -> Script:
    """The call of a row, with an angry caller."""
    call_id = f"call-{number}"
    server.begin(call_id, language, f"C-{1000 + number}")
    server.hello = replace(server.hello, agent=AGENTS[number % 8])
    script = Script(call_id, language)
    server.say(angry(script))
    return script


async def test_who_needs_help_comes_first_and_moves_as_that_changes(server, open_sidebar):
    sidebar = await opened(server, open_sidebar)
    await is_ordered(sidebar, 9, 8, 7, 6, 5, 4, 3, 2, 1)
    await expect(row(sidebar, 9)).to_contain_text("Temsilci çağırdı")
    await expect(row(sidebar, 5)).to_contain_text("Beklemede 1:35")
    server.change_wall(a_row(2, risk=1.0, reasons=("cancellation",)), gone=("call-9",))
    await expect(row(sidebar, 9)).to_have_count(0)
    await is_ordered(sidebar, 2, 8, 7, 6, 5, 4, 3, 1)
    await expect(row(sidebar, 2)).to_contain_text("İptal isteği")
    await expect(sidebar.page).to_have_title("Canlı görüşmeler (8)")


async def test_no_row_moves_under_the_pointer_or_the_focus(server, open_sidebar):
    sidebar = await opened(server, open_sidebar)
    await row(sidebar, 7).hover()
    await expect(sidebar.page.locator("[data-held]")).to_be_visible()
    server.change_wall(a_row(1, risk=1.0), a_row(20, risk=1.0), gone=("call-8",))
    await expect(row(sidebar, 8)).to_contain_text("Bitti")
    await sidebar.page.wait_for_timeout(3_000)  # longer than an order stands
    await is_ordered(sidebar, 9, 8, 7, 6, 5, 4, 3, 2, 1, 20)
    await row(sidebar, 7).focus()
    await sidebar.page.mouse.move(5, 5)
    server.change_wall(a_row(2, risk=1.0))
    await expect(row(sidebar, 2).locator(".bar.high")).to_have_count(1)
    await is_ordered(sidebar, 9, 8, 7, 6, 5, 4, 3, 2, 1, 20)
    await row(sidebar, 7).blur()
    await is_ordered(sidebar, 20, 2, 1, 9, 7, 6, 5, 4, 3)


async def test_a_call_is_read_along_and_its_agent_is_written_to(server, open_sidebar):
    script = begin(server, 9)
    sidebar = await opened(server, open_sidebar)
    await sidebar.page.keyboard.press("Tab")
    await row(sidebar, 9).focus()
    await sidebar.page.keyboard.press("ArrowDown")
    await expect(row(sidebar, 8)).to_be_focused()
    await sidebar.page.keyboard.press("ArrowUp")
    await sidebar.page.keyboard.press("Enter")
    watch = sidebar.page.locator("call-watch")
    await expect(sidebar.lines).to_have_count(6)
    await expect(watch.locator("h2").first).to_be_focused()
    who = watch.locator("call-transcript .who b")
    await expect(who).to_have_text(["Temsilci", "Müşteri"] * 3)
    await expect(sidebar.tone).to_have_attribute("data-tone", "angry")
    agent = await open_sidebar(server.address)
    await expect(agent.suggestion).to_be_visible()
    await watch.locator("textarea").fill("İadeyi onaylayabilirsin.")
    await watch.locator("textarea").press("Enter")
    mark = await server.mark()
    assert (mark.kind, mark.value, mark.text) == ("whisper", "sent", "İadeyi onaylayabilirsin.")
    note = agent.page.locator("[data-whisper]")
    await expect(note).to_contain_text("Yöneticinizden")
    await expect(note).to_contain_text("İadeyi onaylayabilirsin.")
    await expect(agent.status).to_have_text("Yöneticinizden: İadeyi onaylayabilirsin.")
    await expect(watch.locator("[data-whisper=sent]")).to_be_visible()
    await agent.page.keyboard.press("r")
    seen = await server.mark()
    assert (seen.about, seen.value) == (mark.about, "seen")
    await expect(note).to_have_count(0)
    await expect(watch.locator("[data-whisper=seen]")).to_contain_text("temsilci gördü")
    server.say([script.says(Role.AGENT, script.seconds + 1, script.seconds + 3, "İade ediyorum.")])
    await expect(sidebar.lines.last).to_have_text("İade ediyorum.")
    await sidebar.page.keyboard.press("Escape")  # out of the field
    await sidebar.page.keyboard.press("Escape")
    await expect(watch).to_have_count(0)
    await expect(row(sidebar, 9)).to_be_focused()


async def test_a_call_is_heard_while_it_is_recorded(server, open_sidebar):
    """Sound is played as it comes: each second of it once, and none is missing."""
    begin(server, 9)
    whole = (ROOT / "audio_samples" / "tr_solved.flac").read_bytes()
    server.recording = whole[: len(whole) // 4]
    sidebar = await opened(server, open_sidebar)
    await sidebar.page.evaluate(PLAYED)
    await row(sidebar, 9).click()
    await sidebar.page.get_by_role("button", name="Dinle").click()
    sound = sidebar.page.locator("[data-sound]")
    await expect(sound).to_have_attribute("data-sound", "on")
    server.recording = whole[: len(whole) // 4 + 60_000]
    await sidebar.page.wait_for_function("() => played.length > 1")
    begun, played = await sidebar.page.evaluate("() => [played[1][0] - played[0][0], played[0][1]]")
    assert begun == pytest.approx(played)
    await sidebar.page.get_by_role("button", name="Dinlemeyi bırak").click()
    await expect(sound).to_have_attribute("data-sound", "off")
    server.recording = None
    await sidebar.page.get_by_role("button", name="Dinle").click()
    await expect(sound).to_contain_text("dinlenemiyor")
    sidebar.complaints.clear()  # the browser reports that there is no recording


async def test_an_alert_leads_to_its_call(server, open_sidebar):
    begin(server, 8)
    sidebar = await opened(server, open_sidebar)
    alerts = sidebar.page.locator("[data-alert]")
    await expect(alerts).to_have_count(3)
    await sidebar.page.get_by_role("link", name="Yetkili istiyor").click()
    await expect(sidebar.page.locator("call-watch h2").first).to_contain_text("Elif")
    await expect(sidebar.page).to_have_url(re.compile("#call-8$"))
    alert = WallAlert("call-3/0", "call-3", "cancellation", 12.5, "", datetime.now(UTC).isoformat())
    server.change_wall(gone=("call-3",), alerts=(alert,))
    await expect(alerts.first).to_have_attribute("data-alert", "cancellation")
    await expect(sidebar.page.locator("p.unseen[role=status]").first).to_contain_text(
        "İptal istiyor"
    )
    link = alerts.first.get_by_role("link")
    await expect(link).to_have_attribute("href", f"{server.address}/calls/call-3#t=12.5")


async def test_a_lost_connection_is_said_and_comes_back(server, open_sidebar):
    sidebar = await opened(server, open_sidebar)
    server.drop(refuse=True)
    await expect(sidebar.page.get_by_role("alert")).to_contain_text("Bağlantı koptu")
    server.wall = WallState((a_row(4),), ())
    server.refusing = False
    await expect(sidebar.page.locator("[data-call]")).to_have_count(1, timeout=15_000)
    await expect(sidebar.page.get_by_role("alert")).to_have_count(0)


async def test_the_look_is_remembered(server, open_sidebar):
    sidebar = await opened(server, open_sidebar)
    await sidebar.page.get_by_role("button", name="Kutular").click()
    await sidebar.page.reload()
    await expect(sidebar.page.locator(".calls.tiles [data-call]")).to_have_count(9)


@pytest.mark.parametrize("language", ["tr", "en"])
@pytest.mark.parametrize("state", ["rows", "tiles", "open", "empty"])
async def test_each_state_fits_and_is_accessible(server, open_sidebar, state, language):
    server.wall = busy(language) if state != "empty" else WallState((), ())
    begin(server, 9, language)
    place = "#call-9" if state == "open" else ""
    sidebar = await open_sidebar(
        f"{server.address}/wall{place}", viewport=DESK, locale=LOCALES[language]
    )
    page = sidebar.page
    await expect(page.locator("[data-call]")).to_have_count(len(server.wall.rows))
    if state == "tiles":
        await page.locator(".look button").last.click()
    if state == "open":
        await expect(sidebar.lines).to_have_count(6)
        await page.locator("call-watch textarea").fill(WORDS[language].negative)
        await page.keyboard.press("Enter")
        await expect(page.locator("[data-whisper]")).to_be_visible()
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        await page.screenshot(path=PICTURES / f"wall-{state}-{language}-{scheme}.png")
        assert await violations(sidebar) == []
    for width in (360, 768):
        await page.set_viewport_size({"width": width, "height": 800})
        assert await overflowing(sidebar) == []
        await page.screenshot(path=PICTURES / f"wall-{state}-{language}-{width}.png")


@pytest.mark.parametrize("language", ["tr", "en"])
async def test_a_supervisors_words_fit_in_the_sidebar(server, open_sidebar, language):
    begin(server, 9, language)
    text = WORDS[language].turned
    mark = Annotation(
        call_id="call-9",
        id="whisper-1",
        kind="whisper",
        about="whisper-1",
        start=30,
        value="sent",
        text=text,
        author="Ayşe Yılmaz",
    )
    server.hello = replace(server.hello, annotations=(mark,))
    sidebar = await open_sidebar(server.address, locale=LOCALES[language], device_scale_factor=2)
    note = sidebar.page.locator("[data-whisper]")
    await expect(note).to_contain_text(text)
    for scheme in ("light", "dark"):
        await sidebar.page.emulate_media(color_scheme=scheme)
        await sidebar.page.screenshot(path=PICTURES / f"whisper-{language}-{scheme}.png")
        assert await violations(sidebar) == []
    await note.get_by_role("button").click()
    assert (await server.mark()).value == "seen"
    await expect(note).to_have_count(0)
