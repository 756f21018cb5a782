"""Every state of the page in both languages, light and dark: drawn, checked, kept to look at."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import expect

from assist.events import Degraded, Gap, Note, Partial, Tone, ToneLabel
from tests.browser.fake_server import FakeServer
from tests.browser.scenes import (
    WORDS,
    C,
    Script,
    angry,
    calm,
    calmed,
    divided,
    known_customer,
    negative,
    solved,
)
from tests.browser.sidebar import OpenSidebar, Sidebar

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "build" / "screenshots"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOCALES = {"tr": "tr-TR", "en": "en-GB"}


async def idle(server: FakeServer, sidebar: Sidebar, language: str) -> None:
    await expect(sidebar.page.locator("[data-sample]")).to_have_count(4)


async def in_call(server: FakeServer, sidebar: Sidebar, language: str) -> None:
    server.begin("call", language, WORDS[language].customer)
    script = Script("call", language)
    server.say(calm(script))
    server.say([script.tone(script.seconds + 1, ToneLabel.NEUTRAL, 0.2)])
    await expect(sidebar.partials).to_be_visible()


async def upset(server: FakeServer, sidebar: Sidebar, language: str) -> None:
    server.begin("call", language, WORDS[language].customer)
    server.say(angry(Script("call", language)))
    await expect(sidebar.partials).to_be_visible()
    await expect(sidebar.suggestion).to_be_visible()


async def busy(server: FakeServer, sidebar: Sidebar, language: str) -> None:
    """Everything at once: reasons open, gauges."""
    script = Script("call", language)
    server.begin("call", language, WORDS[language].customer)
    server.say(angry(script))
    server.say([script.measured(script.seconds, dead_air=6.0, talk_ratio=0.71)])
    await sidebar.page.locator("tone-panel .why").click()
    await expect(sidebar.page.locator("[data-gauge]")).to_have_count(2)


async def turned(server: FakeServer, sidebar: Sidebar, language: str) -> None:
    server.begin("call", language, WORDS[language].customer)
    server.say(negative(Script("call", language)))
    await expect(sidebar.suggestion).to_contain_text(WORDS[language].turned)


async def soothed(server: FakeServer, sidebar: Sidebar, language: str) -> None:
    server.begin("call", language, WORDS[language].customer)
    server.say(calmed(Script("call", language)))
    await expect(sidebar.page.locator("[data-recovery]")).to_be_visible()


async def at_odds(server: FakeServer, sidebar: Sidebar, language: str) -> None:
    server.begin("call", language, WORDS[language].customer)
    server.say(divided(Script("call", language)))
    await expect(sidebar.tone).to_have_attribute("data-tone", "unsure")


async def steps(server: FakeServer, sidebar: Sidebar, language: str) -> None:
    """The steps and the promises, opened."""
    await soothed(server, sidebar, language)
    await sidebar.page.locator("call-progress button").click()
    await expect(sidebar.page.locator("[data-promise]")).to_have_count(3)


async def reworded(server: FakeServer, sidebar: Sidebar, language: str) -> None:
    await upset(server, sidebar, language)
    script = Script("call", language, seq=1000, seconds=38)
    server.say([script.rewords(38, "s1", WORDS[language])])
    await expect(sidebar.suggestion.locator(".next")).to_contain_text("1/4")
    await sidebar.page.keyboard.press("n")
    await expect(sidebar.suggestion.locator(".machine")).to_be_visible()


async def summed_up(server: FakeServer, sidebar: Sidebar, language: str) -> None:
    """The end with a language model's summary."""
    await over(server, sidebar, language)
    script = Script("call", language, seq=1000)
    server.say([script.written(60, WORDS[language])])
    await expect(sidebar.page.locator("call-summary .machine")).to_be_visible()


async def unsolved(server: FakeServer, sidebar: Sidebar, language: str) -> None:
    """A stored call that knows little."""
    script = Script("call", language)
    server.begin("call", language)
    events = [event for event in angry(script) if not isinstance(event, Partial)]
    server.say([*events, script.ended(script.seconds, "disconnected", outcome="unsolved")])
    await expect(sidebar.page.locator("[data-outcome=unsolved]")).to_be_visible()


async def over(server: FakeServer, sidebar: Sidebar, language: str) -> None:
    server.begin("call", language, WORDS[language].customer)
    server.say(solved(Script("call", language)))
    await expect(sidebar.page.locator("call-summary")).to_be_visible()


async def lost(server: FakeServer, sidebar: Sidebar, language: str) -> None:
    await upset(server, sidebar, language)
    server.drop(refuse=True)
    await expect(sidebar.page.locator("call-notices li")).to_be_visible()


async def known(server: FakeServer, sidebar: Sidebar, language: str) -> None:
    """The first seconds of a call of somebody who has called before."""
    server.begin("call", language, WORDS[language].customer, known_customer(language))
    script = Script("call", language)
    server.say([script.started(), script.ticks(0, WORDS[language])])
    await expect(sidebar.page.locator("[data-owed]")).to_have_count(2)


async def other_wording(server: FakeServer, sidebar: Sidebar, language: str) -> None:
    await upset(server, sidebar, language)
    await sidebar.page.keyboard.press("n")
    await expect(sidebar.suggestion.locator(".next")).to_contain_text("2/3")


async def snoozed(server: FakeServer, sidebar: Sidebar, language: str) -> None:
    await upset(server, sidebar, language)
    await sidebar.page.keyboard.press("s")
    await expect(sidebar.fate).to_have_attribute("data-fate", "snoozed")


async def flagged(server: FakeServer, sidebar: Sidebar, language: str) -> None:
    """Flagged for the supervisor, with a moment marked and a note being written."""
    await upset(server, sidebar, language)
    for key in "fmw":
        await sidebar.page.keyboard.press(key)
    await expect(sidebar.note).to_be_focused()
    await sidebar.page.keyboard.type(WORDS[language].negative)
    await expect(sidebar.page.locator("call-notes [data-saved=true]")).not_to_be_empty()
    await expect(sidebar.moments).to_have_count(1)


async def slow(server: FakeServer, sidebar: Sidebar, language: str) -> None:
    """The server is behind and some sound was lost."""
    script = Script("call", language)
    server.begin("call", language, WORDS[language].customer)
    server.say(angry(script))
    at = script.seconds
    server.say([Degraded(**script.base(at), what="partials", active=True)])
    server.say([Gap(**script.base(at), start=at - 2, length=2.4, reason="overload", channel=C)])
    await expect(sidebar.page.locator("[data-notice]")).to_have_count(2)


async def without_consent(server: FakeServer, sidebar: Sidebar, language: str) -> None:
    script = Script("call", language)
    server.begin("call", language, WORDS[language].customer)
    server.say([event for event in calm(script) if not isinstance(event, Tone)])
    server.say([Note(**script.base(0), code="no_consent", text="—")])
    await expect(sidebar.tone).to_have_attribute("data-tone", "none")
    await expect(sidebar.partials).to_be_visible()


async def silent(server: FakeServer, sidebar: Sidebar, language: str) -> None:
    """A call that nothing comes from any more."""
    await sidebar.page.clock.install()
    await upset(server, sidebar, language)
    await sidebar.page.clock.run_for(12_000)
    await expect(sidebar.page.locator("[data-notice=no-sound]")).to_be_visible()


async def corrected(server: FakeServer, sidebar: Sidebar, language: str) -> None:
    """After the call: the agent has put the outcome right and written a note."""
    await over(server, sidebar, language)
    await sidebar.page.locator("[data-choice=unsolved]").click()
    await sidebar.page.locator("#topic").select_option("payment/refund")
    await sidebar.page.keyboard.press("Escape")
    await sidebar.note.fill(WORDS[language].negative)
    await expect(sidebar.page.locator("call-notes [data-saved=true]")).not_to_be_empty()
    await sidebar.page.locator("call-summary").evaluate("node => node.scrollIntoView()")


async def helped(server: FakeServer, sidebar: Sidebar, language: str) -> None:
    await upset(server, sidebar, language)
    await sidebar.page.keyboard.press("?")
    await expect(sidebar.page.locator("shortcut-help")).to_be_visible()


State = Callable[[FakeServer, Sidebar, str], Awaitable[None]]
STATES: dict[str, State] = {
    "idle": idle,
    "customer": known,
    "calm": in_call,
    "angry": upset,
    "busy": busy,
    "rephrase": turned,
    "calmed": soothed,
    "divided": at_odds,
    "steps": steps,
    "reworded": reworded,
    "ended": over,
    "written": summed_up,
    "unsolved": unsolved,
    "alternative": other_wording,
    "snoozed": snoozed,
    "flagged": flagged,
    "lost": lost,
    "degraded": slow,
    "no-consent": without_consent,
    "no-audio": silent,
    "corrected": corrected,
    "help": helped,
}


@pytest.mark.parametrize("language", ["tr", "en"])
@pytest.mark.parametrize("state", STATES)
async def test_each_state_fits_and_is_accessible(
    server: FakeServer, open_sidebar: OpenSidebar, state: str, language: str
) -> None:
    sidebar = await open_sidebar(server.address, locale=LOCALES[language], device_scale_factor=2)
    await expect(sidebar.state).to_have_attribute("data-state", "waiting")
    await STATES[state](server, sidebar, language)
    assert await overflowing(sidebar) == []
    for scheme in ("light", "dark"):
        await sidebar.page.emulate_media(color_scheme=scheme)
        await sidebar.page.screenshot(path=PICTURES / f"{state}-{language}-{scheme}.png")
        assert await violations(sidebar) == []


async def test_a_low_window_keeps_the_sign_the_suggestion_and_the_words(
    server: FakeServer, open_sidebar: OpenSidebar
) -> None:
    sidebar = await open_sidebar(server.address, viewport={"width": 360, "height": 620})
    await expect(sidebar.state).to_have_attribute("data-state", "waiting")
    await upset(server, sidebar, "tr")
    await sidebar.page.screenshot(path=PICTURES / "low-tr-light.png")
    for part in (sidebar.tone, sidebar.suggestion, sidebar.partials):
        await expect(part).to_be_in_viewport(ratio=0.9)


@pytest.mark.parametrize("width", [320, 420])
@pytest.mark.parametrize("language", ["tr", "en"])
@pytest.mark.parametrize("state", [known, turned, steps, busy, flagged, snoozed, corrected, helped])
async def test_narrow_and_wide_sidebars_hold_it_too(
    server: FakeServer, open_sidebar: OpenSidebar, state: State, language: str, width: int
) -> None:
    viewport = {"width": width, "height": 800}
    sidebar = await open_sidebar(server.address, locale=LOCALES[language], viewport=viewport)
    await expect(sidebar.state).to_have_attribute("data-state", "waiting")
    await state(server, sidebar, language)
    assert await overflowing(sidebar) == []
    await sidebar.page.screenshot(path=PICTURES / f"{state.__name__}-{language}-{width}.png")


@pytest.mark.parametrize("state", [known, flagged, snoozed, corrected, helped, slow])
async def test_every_part_fits_at_twice_the_size(
    server: FakeServer, open_sidebar: OpenSidebar, state: State
) -> None:
    sidebar = await open_sidebar(server.address, viewport={"width": 180, "height": 400})
    await expect(sidebar.state).to_have_attribute("data-state", "waiting")
    await state(server, sidebar, "tr")
    assert await overflowing(sidebar) == []


async def test_the_page_can_be_used_at_twice_the_size(
    server: FakeServer, open_sidebar: OpenSidebar
) -> None:
    """200 % zoom of a 360 px sidebar leaves 180 px; the text has to wrap, not to be cut."""
    sidebar = await open_sidebar(server.address, viewport={"width": 180, "height": 400})
    await expect(sidebar.state).to_have_attribute("data-state", "waiting")
    await upset(server, sidebar, "tr")
    assert await overflowing(sidebar) == []
    await sidebar.suggestion.get_by_role("button", name="Söyledim").click()
    assert (await server.feedback.get()).action == "used"


async def overflowing(sidebar: Sidebar) -> list[str]:
    """What is wider than the page."""
    found: list[str] = await sidebar.page.evaluate(
        """() => {
          const wide = [];
          const look = (root) => {
            for (const node of root.querySelectorAll('*')) {
              const { left, right } = node.getBoundingClientRect();
              const out = right > innerWidth + 1 || left < -1;
              if (out && !node.closest('.unseen, svg')) wide.push(node.outerHTML.slice(0, 120));
              if (node.shadowRoot) look(node.shadowRoot);
            }
          };
          look(document);
          return wide;
        }"""
    )
    return found


async def violations(sidebar: Sidebar) -> list[str]:
    """What axe-core finds."""
    await sidebar.page.evaluate(AXE.read_text(encoding="utf-8") + "; undefined")
    found: list[str] = await sidebar.page.evaluate(
        """async (tags) => {
          const only = { runOnly: { type: 'tag', values: tags } };
          const { violations } = await axe.run(document, only);
          return violations.flatMap(({ id, nodes }) =>
            nodes.map((node) => `${id}: ${node.target.flat().join(' ')} ${node.failureSummary}`));
        }""",
        RULES,
    )
    return found
