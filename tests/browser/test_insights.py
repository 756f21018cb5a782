"""Coaching and reasons: real calls in a real server, looked at in the browser."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from assist.events import Role
from assist.guidance.calming import Answer
from assist.guidance.scorecard import scorecard
from assist.store.ratings import Rating
from assist.store.scorecards import events_of
from tests.browser.sidebar import OpenSidebar, Sidebar
from tests.browser.test_screenshots import LOCALES, PICTURES, violations
from tests.guidance.dialogue import Turn
from tests.server.fakes import Running, serving
from tests.store.test_scorecards import kept

pytestmark = pytest.mark.asyncio(loop_scope="session")

DESK = {"width": 1180, "height": 900}
AGENT, CALLER = Role.AGENT, Role.CALLER
HELLO: Turn = (AGENT, "İyi günler, müşteri hizmetleri, ben Elif. Size nasıl yardımcı olabilirim?")
LATE: list[Turn] = [
    HELLO,
    (CALLER, "Kargom hâlâ gelmedi, çamaşır makinesi bekliyorum."),
    (AGENT, "Sipariş numaranızı alabilir miyim?"),
    (CALLER, "Yetmiş iki on dört."),
    (AGENT, "Maalesef yapabileceğim bir şey yok. Teslimat tarihini veremiyorum."),
    (CALLER, "Peki ne zaman gelecek?"),
    (AGENT, "Sanırım haftaya gelir. Sözleşmeyi okumalıydınız."),
    (CALLER, "Anladım, iyi günler."),
]
BILL: list[Turn] = [
    HELLO,
    (CALLER, "Faturam bu ay iki katı geldi, modem ücreti yazılmış."),
    (AGENT, "Tabii, hemen bakıyorum. Müşteri numaranızı alabilir miyim?"),
    (CALLER, "Dört yüz on iki."),
    (AGENT, "Yanlış yazılan tutarı iade ettim, cuma günü hesabınızda olacak."),
    (CALLER, "Çok teşekkür ederim."),
    (AGENT, "Başka yardımcı olabileceğim bir konu var mı?"),
    (CALLER, "Hayır, bu kadar, teşekkürler."),
    (AGENT, "İyi günler dilerim."),
]


@pytest_asyncio.fixture(loop_scope="session")
async def server(tmp_path: Path) -> AsyncIterator[Running]:
    """Four weeks of two agents: one does better in the later half, one doesn't."""
    async with serving(tmp_path) as running:
        store, now = running.store, datetime.now(UTC)
        for n in range(16):
            turns = LATE if n < 8 else BILL
            at = now - timedelta(days=27 - 1.6 * n)
            known = {"agent": "Elif Kaya", "customer": f"m-{n // 2}"}
            await kept(store, f"elif-{n}", turns, at=at, language="tr", scored=False, **known)
            events = await store.read(lambda connection, n=n: events_of(connection, f"elif-{n}"))
            calm = Answer("delay", "act", "apology", 20.0, "özür dilerim", n % 4 > 0)
            await store.keep_scorecard(f"elif-{n}", scorecard(events), (calm,))
            await store.rate(
                Rating(
                    kind="csat",
                    value=2 if n < 8 else 4 + n % 2,
                    scale=(1, 5),
                    id=f"rating-{n:04}",
                    call_id=f"elif-{n}",
                    made_at=now.isoformat(),
                )
            )
        for n in range(4):
            at = now - timedelta(days=20 - 4 * n)
            await kept(store, f"mert-{n}", BILL, at=at, language="tr", agent="Mert Ay")
        for n in range(12):
            await kept(store, f"then-{n}", LATE, at=now - timedelta(days=40), language="tr")
        await store.flush()
        yield running


async def looked_at(sidebar: Sidebar, name: str) -> None:
    """Light, dark, narrow and printed; nothing sticks out, and axe has no complaint."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page = sidebar.page
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        assert await violations(sidebar) == []
        await page.screenshot(path=PICTURES / f"{name}-{scheme}.png", full_page=True)
    await page.emulate_media(color_scheme="light", media="print")
    await expect(page.locator("form")).to_be_hidden()
    await page.screenshot(path=PICTURES / f"{name}-print.png", full_page=True)
    await page.emulate_media(media="screen")
    await page.set_viewport_size({"width": 360, "height": 800})
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.screenshot(path=PICTURES / f"{name}-360.png", full_page=True)


@pytest.mark.parametrize("language", ["tr", "en"])
async def test_coaching_shows_what_changed_and_two_things_with_real_moments(
    server: Running, open_sidebar: OpenSidebar, language: str
) -> None:
    http = f"http://{server.address}"
    sidebar = await open_sidebar(f"{http}/coaching", viewport=DESK, locale=LOCALES[language])
    page = sidebar.page
    elif_, mert = page.locator("section h2").nth(0), page.locator("section h2").nth(1)
    await expect(elif_).to_have_text("Elif Kaya")
    await expect(mert).to_have_text("Mert Ay")
    better = page.locator("td.better").first
    await expect(better).to_have_text({"tr": "Gelişti", "en": "Improved"}[language])
    things = page.locator("[data-rule]")
    await expect(things).to_have_count(2)
    first = things.first
    await expect(first.locator("li")).to_have_count(3)
    link = first.locator("li a").first
    href = await link.get_attribute("href")
    assert href is not None and href.startswith(f"{http}/calls/elif-") and "#t=" in href
    await expect(first.locator("blockquote").first).to_contain_text("“")
    await expect(page.locator("table").last).to_contain_text(
        {"tr": "Özür", "en": "Apology"}[language]
    )
    await looked_at(sidebar, f"coaching-{language}")


async def test_one_agent_and_another_time_are_a_link(
    server: Running, open_sidebar: OpenSidebar
) -> None:
    http = f"http://{server.address}"
    sidebar = await open_sidebar(f"{http}/coaching", viewport=DESK)
    page = sidebar.page
    await page.get_by_label("Temsilci", exact=True).fill("Mert Ay")
    await page.get_by_role("button", name="Göster").click()
    await expect(page.locator("section h2").first).to_have_text("Mert Ay")
    await expect(page).to_have_url(re.compile(r"agent=Mert\+Ay"))
    await page.get_by_label("Başlangıç").fill("2020-01-01")
    await page.get_by_label("Bitiş").fill("2020-01-31")
    await page.get_by_role("button", name="Göster").click()
    await expect(page.get_by_text("Bu sürede puan kartı olan görüşme yok.")).to_be_visible()
    await page.go_back()
    await expect(page.locator("section h2").first).to_have_text("Mert Ay")
    await page.goto(f"{http}/coaching?from=2026-03-02&to=2026-03-01")
    await expect(page.get_by_role("alert")).to_contain_text("from")
    sidebar.complaints.clear()  # the browser notes that the question was refused


@pytest.mark.parametrize("language", ["tr", "en"])
async def test_reasons_show_areas_and_problems_with_what_became_of_them(
    server: Running, open_sidebar: OpenSidebar, language: str
) -> None:
    http = f"http://{server.address}"
    sidebar = await open_sidebar(f"{http}/reasons", viewport=DESK, locale=LOCALES[language])
    page = sidebar.page
    row = page.locator('[data-topic="billing"]')
    await expect(row).to_contain_text({"tr": "Fatura", "en": "Billing"}[language])
    await expect(row).to_contain_text("12")
    problem = page.locator('[data-topic="billing/overcharge"] a')
    await expect(problem).to_have_attribute("href", f"{http}/calls?topic=billing%2Fovercharge")
    await expect(page.locator('[data-topic="delivery"]')).to_contain_text("8")
    await expect(page.locator('[data-topic="delivery"] .down')).to_be_visible()
    await expect(page.locator(".words a", has_text="modem")).to_be_visible()
    await expect(page.get_by_role("row", name="CSAT")).to_contain_text("25")
    await looked_at(sidebar, f"reasons-{language}")
