"""Signing in by the page, and managing users: a browser of each person, the real server."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.sidebar import OpenSidebar, Sidebar
from tests.browser.test_screenshots import PICTURES, violations
from tests.server.fakes import serving

pytestmark = pytest.mark.asyncio(loop_scope="session")

PASSWORD = "uzun bir parola"
DESK = {"width": 1180, "height": 900}


async def choose(page: Page, name: str = "") -> None:
    """Fill in what a one-time link asks for."""
    if name:
        await page.get_by_label("Kullanıcı adı").fill(name)
    await page.get_by_label("Parola", exact=True).fill(PASSWORD)
    await page.get_by_label("Parola, bir kez daha").fill(PASSWORD)
    await page.get_by_role("button", name="Başla").click()


async def picture(sidebar: Sidebar, name: str) -> None:
    """Look at the page in light and dark, and have its accessibility checked."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for scheme in ("light", "dark"):
        await sidebar.page.emulate_media(color_scheme=scheme)
        assert await violations(sidebar) == []
        await sidebar.page.screenshot(path=PICTURES / f"{name}-{scheme}.png", full_page=True)


async def test_people_come_in_by_links_and_see_what_they_may(
    open_sidebar: OpenSidebar, tmp_path: Path
) -> None:
    async with serving(tmp_path) as server:
        link = await server.app.state.people.first_link()
        http = f"http://{server.address}"
        admin = await open_sidebar(f"{http}/welcome#{link}", viewport=DESK)
        page = admin.page
        await expect(page.get_by_role("heading")).to_have_text("İlk yöneticiyi oluşturun")
        assert link not in page.url
        await picture(admin, "welcome")
        await choose(page, "Ayşe Yılmaz")
        await expect(page).to_have_url(f"{http}/")

        await page.goto(f"{http}/people")
        await page.locator("[data-add]").click()
        await page.get_by_label("Kullanıcı adı").fill("Ali")
        await page.get_by_label("Ekip").fill("kuzey")
        await page.locator("form .primary").click()
        handed = await page.locator("[data-secret]").inner_text()
        await page.locator("[data-add-token]").click()
        await picture(admin, "people")
        await page.get_by_label("Adı", exact=True).fill("santral")
        await page.get_by_role("button", name="Anahtar oluştur").last.click()
        secret = page.locator("[data-secret]")
        await expect(secret).to_contain_text("assist_")
        token = await secret.inner_text()
        await page.get_by_role("button", name="Tamam").click()
        await expect(secret).to_have_count(0)

        headers = {"authorization": f"Bearer {token}"}
        async with (
            server.source(additional_headers=headers) as mine,
            server.source(additional_headers=headers) as other,
        ):
            await mine.start("of-ali", agent="Ali")
            await other.start("of-berk", agent="Berk")
            ali = await open_sidebar(handed)
            await expect(ali.page.get_by_role("heading")).to_have_text("Hoş geldiniz, Ali")
            await choose(ali.page)
            # Berk's call is the latest, but not Ali's.
            await expect(ali.page.locator("call-assist")).to_be_attached()
            await mine.speak()
            await expect(ali.lines).to_have_text(["second 1"])
            await ali.page.goto(f"{http}/calls")
            await expect(ali.page.locator("tr[data-call]")).to_have_count(1)
            names = ali.page.locator("site-nav nav a")
            assert "Kullanıcılar" not in await names.all_inner_texts()

            await ali.page.goto(f"{http}/")
            await expect(ali.lines).to_have_text(["second 1"])
            await page.locator("tr", has_text="Ali").get_by_role("button").first.click()
            await page.get_by_role("button", name="Kapat", exact=True).click()
            await expect(page.locator("tr.off")).to_contain_text("Ali")
            await expect(ali.page.locator("[data-notice=signed-out]")).to_be_visible()


async def test_one_signs_in_where_one_wanted_to_go(
    open_sidebar: OpenSidebar, tmp_path: Path
) -> None:
    async with serving(tmp_path) as server:
        people = server.app.state.people
        await people.accept(await people.first_link(), "Ayşe", PASSWORD, "")
        http = f"http://{server.address}"
        visit = await open_sidebar(f"{http}/calls?q=iade&tone=angry#top", viewport=DESK)
        page = visit.page
        wanted = "/calls%3Fq%3Diade%26tone%3Dangry#top"
        await expect(page).to_have_url(f"{http}/sign-in?next={wanted}")
        await picture(visit, "sign-in")
        await page.get_by_label("Kullanıcı adı").fill("Ayşe")
        await page.get_by_label("Parola").fill("yanlış parola")
        await page.get_by_role("button", name="Oturum aç").click()
        await expect(page.get_by_role("alert")).to_have_text("Kullanıcı adı veya parola yanlış.")
        visit.complaints.clear()  # the browser tells the developer of the 401
        await page.get_by_label("Parola").fill(PASSWORD)
        await page.get_by_role("button", name="Oturum aç").click()
        await expect(page).to_have_url(f"{http}/calls?q=iade&tone=angry#top")
        await expect(page.locator("site-nav .me")).to_have_text("Ayşe")

        await page.goto(f"{http}/")
        await expect(visit.state).to_be_visible()
        await visit.context.request.post(f"{http}/api/sign-out")
        await expect(page.locator("[data-notice=signed-out]")).to_be_visible()
        await page.get_by_role("button", name="Oturum aç").click()
        await expect(page).to_have_url(f"{http}/sign-in?next=%2F")
