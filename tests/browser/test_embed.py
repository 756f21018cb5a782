"""The sidebar in pages of another origin: who may have it, what it tells, what reaches it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, FrameLocator, Page, expect

from assist.events import ToneLabel
from assist.server.pages import STATIC
from tests.browser.sidebar import OpenSidebar, Sidebar
from tests.browser.sites import Site, a_site
from tests.browser.test_real_routes import suggest
from tests.browser.test_screenshots import PICTURES
from tests.server.fakes import Running, serving

pytestmark = pytest.mark.asyncio(loop_scope="session")

# What a careful CRM allows: its own files, and the assist server.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src data:; script-src 'self' {http}; "
    "connect-src {http} {ws}; frame-src {http}; base-uri 'none'; "
    "require-trusted-types-for 'script'; trusted-types lit-html"
)
ELEMENT = """<!doctype html><title>CRM</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/crm.css">
<script type="module" src="{script}"></script>
<script type="module" src="/element.js"></script>
<body><h1>CRM</h1><div id="place"><call-assist server="{http}" language="tr"></call-assist></div>
"""
ELEMENT_SCRIPT = """
window.told = [];
const names = ["call-started", "tone-changed", "suggestion", "suggestion-answered", "call-ended",
  "connection-changed"];
for (const name of names) {
  document.querySelector("call-assist")
    .addEventListener(name, ({ detail }) => window.told.push({ name, detail }));
}
"""
FRAME = """<!doctype html><title>CRM</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/crm.css">
<script type="module" src="/frame.js"></script>
<body><h1>CRM</h1><div id="place"><iframe title="Call assist"></iframe></div>
"""
FRAME_SCRIPT = """
import {{ connectAssistFrame }} from "{http}/embed/call-assist.js";
window.told = [];
window.sidebar = connectAssistFrame(document.querySelector("iframe"), "{http}",
  (event) => window.told.push(event), {{ language: "tr", theme: "dark" }});
"""
BARE_FRAME = """<!doctype html><title>CRM</title><iframe src="{http}/embed"></iframe>"""
STYLE = """
html { font-size: 62.5%; }
* { letter-spacing: 0; }
body { font: italic 3rem/3 serif; text-transform: uppercase; text-align: center; color: red; }
button, p, li { margin: 40px; border: 9px solid lime; background: yellow; }
#place, iframe { height: 700px; width: 360px; border: 0; }
"""


def furnish(crm: Site, server: Running, script: str = "{http}/embed/call-assist.js") -> None:
    """Make a site a CRM that uses the assist server."""
    addresses = {"http": f"http://{server.address}", "ws": f"ws://{server.address}"}
    crm.policy = POLICY.format(**addresses)
    crm.files = {
        "/element": ELEMENT.format(**addresses, script=script.format(**addresses)),
        "/element.js": ELEMENT_SCRIPT,
        "/frame": FRAME.format(**addresses),
        "/frame.js": FRAME_SCRIPT.format(**addresses),
        "/bare": BARE_FRAME.format(**addresses),
        "/crm.css": STYLE,
        "/copy.js": (STATIC / "embed" / "call-assist.js").read_text(encoding="utf-8"),
    }


@contextlib.asynccontextmanager
async def together(folder: Path) -> AsyncIterator[tuple[Running, str]]:
    """An assist server, and the origin of a CRM that it allows."""
    async with a_site() as crm, serving(folder, allowed_origins=(crm.origin,)) as server:
        furnish(crm, server)
        yield server, crm.origin


@contextlib.asynccontextmanager
async def opened(browser: Browser, address: str, *others: str) -> AsyncIterator[Sidebar]:
    """A page that asks nobody but its own site and `others`, and in which nothing goes wrong."""
    context = await browser.new_context(locale="en-GB", viewport={"width": 1100, "height": 800})
    sidebar = Sidebar(context, await context.new_page())
    asked: list[str] = []
    sidebar.page.on("request", lambda request: asked.append(request.url))
    await sidebar.page.goto(address)
    yield sidebar
    await context.close()
    assert sidebar.complaints == []
    known = ("/".join(address.split("/")[:3]), *others, "data:")
    assert [url for url in asked if not url.startswith(known)] == []


async def told(page: Page) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = await page.evaluate("window.told")
    return events


async def hears(page: Page, name: str) -> dict[str, Any]:
    """The detail of the first event of a name, once it has come."""
    find = "(name) => window.told?.find((event) => event.name === name)?.detail"
    detail: dict[str, Any] = await (await page.wait_for_function(find, arg=name)).json_value()
    return detail


async def goes_through_a_call(server: Running, page: Page, inside: Page | FrameLocator) -> None:
    """A call that is told to the page around the sidebar from its beginning to its end."""
    async with server.source() as source:
        await source.start("one", language="tr", customer="Deniz Işık", agent="Elif")
        assert await hears(page, "call-started") == {
            "callId": "one",
            "agent": "Elif",
            "customer": "Deniz Işık",
            "language": "tr",
            "running": True,
        }
        await source.speak(2)
        call = server.pool.calls["one"]
        call.sound(2.0, ToneLabel.SAD)
        call.sound(3.0, ToneLabel.SAD)
        assert (await hears(page, "tone-changed"))["tone"] == "sad"
        suggest(call)
        assert (await hears(page, "suggestion"))["say"] == "Sizi anlıyorum."
        # A key answers what is seen, and that is a frame later than what is told.
        await expect(inside.locator("suggestion-card article")).to_contain_text("Sizi anlıyorum.")
        await page.keyboard.press("u")
        answered = await hears(page, "suggestion-answered")
        assert answered == {"callId": "one", "id": "s1", "answer": "used"}
        async with server.page() as other:
            hello = await other.until("hello")
            assert hello["feedback"] == {"s1": "used"}
        await source.stop()
    ended = await hears(page, "call-ended")
    assert (ended["callId"], ended["reason"]) == ("one", "stop")
    names = [event["name"] for event in await told(page)]
    assert names.count("tone-changed") == 1
    assert names.count("call-started") == 1


async def test_the_element_shows_the_call_in_a_page_of_another_site(
    tmp_path: Path, browser: Browser
) -> None:
    async with (
        together(tmp_path) as (server, origin),
        opened(browser, f"{origin}/element", f"http://{server.address}/") as sidebar,
    ):
        await expect(sidebar.state).to_have_text("Çağrı bekleniyor")
        await goes_through_a_call(server, sidebar.page, sidebar.page)
        await expect(sidebar.lines).to_have_text(["second 1", "second 2"])


async def test_the_pages_own_style_does_not_reach_the_element(
    tmp_path: Path, browser: Browser, open_sidebar: OpenSidebar
) -> None:
    async with (
        together(tmp_path) as (server, origin),
        opened(browser, f"{origin}/element", f"http://{server.address}/") as sidebar,
        server.source() as source,
    ):
        await source.start("one", language="tr")
        await source.speak(1)
        own = await open_sidebar(f"http://{server.address}/")
        for each in (sidebar, own):
            await expect(each.lines).to_have_text(["second 1"])
        assert await look(sidebar) == await look(own)
        await source.stop()


async def look(sidebar: Sidebar) -> list[str]:
    """What style sheets make of the words and of the header."""
    styles: list[str] = []
    for part in (
        sidebar.lines.first,
        sidebar.state,
        sidebar.page.locator("call-header button").first,
    ):
        styles += await part.evaluate(
            """(node) => {
              const s = getComputedStyle(node);
              return [s.font, s.letterSpacing, s.textTransform, s.textAlign, s.color,
                s.backgroundColor, s.margin, s.border];
            }"""
        )
    return styles


async def test_the_attributes_choose_the_call_and_the_language(
    tmp_path: Path, browser: Browser
) -> None:
    async with together(tmp_path) as (server, origin):
        for call_id, seconds in (("one", 1), ("two", 3)):
            async with server.source() as source:
                await source.start(call_id, language="tr")
                await source.speak(seconds)
                await source.stop()
        async with opened(browser, f"{origin}/element", f"http://{server.address}/") as sidebar:
            await expect(sidebar.lines).to_have_count(3)
            element = sidebar.page.locator("call-assist")
            await element.evaluate("(node) => node.setAttribute('call', 'one')")
            await expect(sidebar.lines).to_have_count(1)
            await expect(sidebar.state).to_contain_text("Görüşme bitti")
            await element.evaluate("(node) => node.setAttribute('language', 'en')")
            await expect(sidebar.state).to_contain_text("Call ended")
            events = await told(sidebar.page)
        started = [e["detail"] for e in events if e["name"] == "call-started"]
        assert [(call["callId"], call["running"]) for call in started] == [
            ("two", False),
            ("one", False),
        ]


async def test_a_page_that_is_not_allowed_does_not_even_get_the_script(
    tmp_path: Path, browser: Browser
) -> None:
    async with serving(tmp_path) as server, a_site() as crm:
        furnish(crm, server)
        page = await browser.new_page()
        async with page.expect_event("requestfailed") as refused:
            await page.goto(f"{crm.origin}/element")
        assert (await refused.value).url.endswith("/embed/call-assist.js")
        assert await page.evaluate("customElements.get('call-assist')") is None
        await page.close()


async def test_a_page_that_brings_a_copy_of_the_script_gets_no_call(
    tmp_path: Path, browser: Browser
) -> None:
    async with (
        serving(tmp_path) as server,
        a_site() as crm,
        server.source() as source,
    ):
        furnish(crm, server, script="/copy.js")
        await source.start("one", language="tr")
        await source.speak(1)
        page = await browser.new_page()
        await page.goto(f"{crm.origin}/element")
        await page.wait_for_function(
            "() => window.told?.some(({ detail }) => detail.connection === 'lost')"
        )
        assert await page.locator("call-transcript .bubble").count() == 0
        assert {event["name"] for event in await told(page)} == {"connection-changed"}
        await page.close()
        await source.stop()


async def test_the_frame_tells_the_page_around_it_and_obeys_it(
    tmp_path: Path, browser: Browser
) -> None:
    async with (
        together(tmp_path) as (server, origin),
        opened(browser, f"{origin}/frame", f"http://{server.address}/") as sidebar,
    ):
        page = sidebar.page
        inside = page.frame_locator("iframe")
        state = inside.locator("call-header .state")
        await expect(state).to_have_text("Çağrı bekleniyor")
        await expect(inside.locator("call-assist")).to_have_attribute("theme", "dark")
        await state.click()  # keys go to the frame once it has been clicked into
        await goes_through_a_call(server, page, inside)
        await page.evaluate("window.sidebar.set({ language: 'en' })")
        await expect(state).to_contain_text("Call ended")
        async with page.expect_console_message() as warning:
            await page.evaluate("window.sidebar.set({ call: '../other' })")
        assert "must be a call's id" in (await warning.value).text
        sidebar.complaints.clear()  # it was this one


async def test_the_frame_stays_empty_in_a_page_that_is_not_allowed(
    tmp_path: Path, browser: Browser
) -> None:
    async with serving(tmp_path) as server, a_site() as crm:
        furnish(crm, server)
        page = await browser.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        await page.goto(f"{crm.origin}/bare")
        await expect(page.frame_locator("iframe").locator("call-assist")).to_have_count(0)
        assert any("frame-ancestors" in text for text in complaints)
        await page.close()


@pytest.mark.parametrize("way", ["", "?frame"])
async def test_the_example_page_works_both_ways(tmp_path: Path, browser: Browser, way: str) -> None:
    async with (
        serving(tmp_path) as server,
        server.source() as source,
        opened(browser, f"http://{server.address}/embed/example{way}") as sidebar,
    ):
        page = sidebar.page
        await source.start("one", language="tr")
        await source.speak(1)
        shown = page.frame_locator("iframe") if way else page
        await expect(shown.locator("call-transcript .bubble")).to_have_text(["second 1"])
        server.pool.calls["one"].sound(1.0, ToneLabel.ANGRY)
        await expect(page.locator("[data-event=tone-changed]")).to_have_text(
            "tone-changed: nothing → angry at 1 s"
        )
        await expect(page.locator("#state")).to_have_text("On the telephone.")
        await page.select_option("#language", "tr")
        await expect(shown.locator("call-header .state")).to_contain_text("Canlı")
        await page.screenshot(path=PICTURES / f"embed-{way[1:] or 'element'}.png")
        await source.stop()
        await expect(page.locator("[data-event=call-ended]")).to_be_visible()
