"""The extension in a real browser: a softphone's tab and a fake microphone reach a real server.

The tab is really captured: Chromium's `Extensions.triggerAction` is a click on the extension's
icon. What a test cannot click is the browser's own question whether the extension may reach the
server, so the copy that is loaded has that permission in its manifest; the rest of it is the
bundle as it is built.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import BrowserContext, CDPSession, Page, Worker, async_playwright, expect

from assist.config import Settings
from assist.models import fetch
from tests.browser.conftest import QUIET, ROOT, chromium_path
from tests.browser.real_server import assist_serve
from tests.browser.sidebar import Sidebar
from tests.browser.sites import Site, a_site
from tests.browser.test_screenshots import PICTURES, violations
from tests.browser.voices import write_turns
from tests.server.fakes import serving

pytestmark = pytest.mark.asyncio(loop_scope="session")

BUILT = ROOT / "build" / "extension"
ID = "ejicihjoacamjmfepbkkniadhhanpmfe"  # follows from the key in the manifest
ORIGIN = f"chrome-extension://{ID}"
PATIENCE = 60_000  # milliseconds until words are recognised on a busy machine
SOFTPHONE = """<!doctype html><title>Softphone</title><link rel="icon" href="data:,">
<audio src="data:audio/wav;base64,{voice}"></audio>
<button onclick="document.querySelector('audio').play()">Answer</button>
"""


class Extension:
    """A browser with the extension, at a softphone's page."""

    def __init__(
        self, context: BrowserContext, worker: Worker, browser: CDPSession, softphone: Page
    ) -> None:
        self.context = context
        self.worker = worker
        self.softphone = softphone
        self.complaints: list[str] = []
        self.browser = browser

    async def open(self, name: str, width: int = 380) -> Page:
        """A page of the extension."""
        page = await self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        await page.set_viewport_size({"width": width, "height": 760})
        await page.goto(f"{ORIGIN}/{name}.html")
        return page

    async def click_icon(self) -> None:
        """The extension is called on the softphone's tab."""
        await self.softphone.bring_to_front()
        tabs = [t for t in await self.targets("tab") if t["url"] == self.softphone.url]
        parameters = {"id": ID, "targetId": tabs[0]["targetId"]}
        await self.browser.send("Extensions.triggerAction", parameters)

    async def targets(self, kind: str) -> list[dict[str, Any]]:
        everything = await self.browser.send("Target.getTargets", {"filter": [{}]})
        return [target for target in everything["targetInfos"] if target["type"] == kind]

    async def badge(self) -> str:
        text: str = await self.worker.evaluate("chrome.action.getBadgeText({})")
        return text

    async def set_up(self, server: str) -> None:
        """Connects to a server on the options page and allows the microphone."""
        setup = await self.open("setup")
        await setup.fill("#server", server)
        await setup.click("[data-connect]")
        await expect(setup.locator("[data-connection=reachable]")).to_be_visible()
        await expect(setup.locator("[data-microphone=granted]")).to_be_visible()
        await setup.close()

    async def listen(self) -> Page:
        """The panel, listening to the softphone's tab."""
        await self.click_icon()
        panel = await self.open("panel")
        await panel.click("[data-accept]")
        await panel.check("[data-consent]")
        await panel.click("[data-start]")
        await expect(panel.locator("[data-phase=running]")).to_be_visible()
        return panel


@contextlib.asynccontextmanager
async def installed(folder: Path, softphone: Site) -> AsyncIterator[Extension]:
    """A browser whose microphone hears the agent and whose softphone plays the caller."""
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium: install Debian's `chromium`, or name one in CHROMIUM")
    write_turns(folder / "agent.wav", "en_escalating", "agent", 3)
    write_turns(folder / "caller.wav", "en_escalating", "caller", 2)
    voice = base64.b64encode((folder / "caller.wav").read_bytes()).decode()
    softphone.files = {"/": SOFTPHONE.format(voice=voice), "/other": "<title>Other</title>"}
    extension = folder / "extension"
    shutil.copytree(BUILT, extension)
    manifest = json.loads((extension / "manifest.json").read_text(encoding="utf-8"))
    manifest["host_permissions"] = ["http://127.0.0.1/*"]
    (extension / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            folder / "profile",
            executable_path=path,
            headless=False,
            locale="tr-TR",
            reduced_motion="reduce",
            args=[
                *QUIET,
                "--headless=new",
                f"--disable-extensions-except={extension}",
                f"--load-extension={extension}",
                "--enable-unsafe-extension-debugging",
                "--use-fake-device-for-media-stream",
                f"--use-file-for-fake-audio-capture={folder / 'agent.wav'}%noloop",
            ],
            ignore_default_args=["--disable-extensions", "--mute-audio"],
        )
        await context.grant_permissions(["microphone"])
        workers = context.service_workers
        worker = workers[0] if workers else await context.wait_for_event("serviceworker")
        assert context.browser is not None
        browser = await context.browser.new_browser_cdp_session()
        await context.pages[0].wait_for_url(f"{ORIGIN}/setup.html")  # by itself, at first
        page = await context.new_page()
        await page.goto(f"{softphone.origin}/")
        opened = Extension(context, worker, browser, page)
        yield opened
        await context.close()
        assert opened.complaints == []


def allowing(**more: Any) -> dict[str, Any]:
    return {"allowed_origins": (ORIGIN,), **more}


async def test_the_tab_is_the_caller_and_the_microphone_is_the_agent(
    built_page: None, settings: Settings, tmp_path: Path
) -> None:
    fetch(settings.models, lambda _: None)
    origins = json.dumps([ORIGIN])
    async with (
        a_site() as site,
        assist_serve(tmp_path, ASSIST_SERVER__ALLOWED_ORIGINS=origins) as address,
        installed(tmp_path, site) as extension,
    ):
        await extension.set_up(address)
        panel = await extension.listen()
        assert await extension.badge() == "●"
        assert [t["url"] for t in await extension.targets("page")].count(panel.url) == 2  # docked
        await extension.softphone.click("button")
        call_id = await panel.locator("call-assist").get_attribute("call")
        words = await until_said(panel, f"{address}/api/calls/{call_id}/events")
        assert "washing machine" in words["caller"].lower()
        assert "service desk" in words["agent"].lower()
        await panel.screenshot(path=PICTURES / "extension-panel-tr.png")
        await panel.click("[data-stop]")
        await expect(panel.locator("[data-phase=ended]")).to_be_visible(timeout=PATIENCE)
        assert await extension.badge() == ""
        events = await events_of(panel, f"{address}/api/calls/{call_id}/events")
        assert events[0]["channels"] == ["agent", "caller"]
        assert events[-1]["reason"] == "stop"
        assert any(event["type"] == "tone" for event in events)


async def events_of(page: Page, url: str) -> list[dict[str, Any]]:
    answer = await page.request.get(url)
    events: list[dict[str, Any]] = await answer.json()
    return events


async def until_said(page: Page, url: str) -> dict[str, str]:
    """What each side has said, once both have."""
    async with asyncio.timeout(PATIENCE / 1000):
        while True:
            said = {"agent": "", "caller": ""}
            for event in await events_of(page, url):
                if event["type"] == "utterance":
                    said[event["channel"]] += f" {event['text']}"
            if all(said.values()):
                return said
            await page.wait_for_timeout(300)


async def test_both_sides_arrive_on_their_own_channels_of_one_leg(
    built_page: None, tmp_path: Path
) -> None:
    async with (
        a_site() as site,
        serving(tmp_path, **allowing()) as server,
        installed(tmp_path, site) as extension,
    ):
        await extension.set_up(f"http://{server.address}")
        panel = await extension.listen()
        await extension.softphone.click("button")
        for side in ("agent", "caller"):
            level = panel.locator(f"[data-level={side}] rect:not([width='0'])")
            await expect(level).to_be_attached(timeout=PATIENCE)
        assert await violations(Sidebar(extension.context, panel)) == []
        # One listens at the rate of the models, one plays the caller to the agent at the device's.
        (listening, playing) = sorted(await audio_contexts(extension))
        assert listening == [16_000, "running"]
        assert playing[0] > 16_000
        assert playing[1] == "running"
        await panel.click("[data-stop]")
        await expect(panel.locator("[data-phase=ended]")).to_be_visible()
        (call,) = server.pool.calls.values()
        (leg,) = call.info.legs
        assert ([*call.info.roles], leg.rate, call.info.consent) == (
            ["agent", "caller"],
            16_000,
            True,
        )
        assert await offscreen(extension) == []


async def audio_contexts(extension: Extension) -> list[list[Any]]:
    """Rate and state of what processes sound in the listening document.

    Found in the document's memory after a garbage collection: what nobody holds is not found.
    """
    (target,) = await extension.targets("background_page")
    async with attached(extension.browser, target["targetId"]) as ask:
        prototype = await ask("Runtime.evaluate", expression="AudioContext.prototype")
        found = await ask("Runtime.queryObjects", prototypeObjectId=prototype["result"]["objectId"])
        answer = await ask(
            "Runtime.callFunctionOn",
            objectId=found["objects"]["objectId"],
            functionDeclaration="function () { return this.map((c) => [c.sampleRate, c.state]); }",
            returnByValue=True,
        )
    values: list[list[Any]] = answer["result"]["value"]
    return values


@contextlib.asynccontextmanager
async def attached(browser: CDPSession, target: str) -> AsyncIterator[Any]:
    """Commands for a target that is none of Playwright's pages."""
    attaching = {"targetId": target, "flatten": False}
    session = (await browser.send("Target.attachToTarget", attaching))["sessionId"]
    answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    browser.on(
        "Target.receivedMessageFromTarget",
        lambda message: answers.put_nowait(json.loads(message["message"])),
    )

    async def ask(method: str, **params: Any) -> dict[str, Any]:
        message = json.dumps({"id": 1, "method": method, "params": params})
        sending = {"sessionId": session, "message": message}
        await browser.send("Target.sendMessageToTarget", sending)
        while "id" not in (answer := await answers.get()):
            pass
        result: dict[str, Any] = answer["result"]
        return result

    yield ask
    await browser.send("Target.detachFromTarget", {"sessionId": session})


async def offscreen(extension: Extension) -> list[str]:
    """The documents that listen; none may be left when nobody is listened to."""
    contexts: list[str] = await extension.worker.evaluate(
        """async () => {
          const wanted = { contextTypes: ["OFFSCREEN_DOCUMENT"] };
          return (await chrome.runtime.getContexts(wanted)).map((each) => each.documentUrl);
        }"""
    )
    return contexts


async def test_a_softphone_that_is_closed_ends_the_call(built_page: None, tmp_path: Path) -> None:
    async with (
        a_site() as site,
        serving(tmp_path, **allowing()) as server,
        installed(tmp_path, site) as extension,
    ):
        await extension.set_up(f"http://{server.address}")
        panel = await extension.listen()
        await extension.softphone.close()
        await expect(panel.get_by_role("alert")).to_contain_text("Müşterinin sesi kesildi")
        await expect(panel.locator("[data-phase=ended]")).to_be_visible()
        assert await extension.badge() == ""
        (call,) = server.pool.calls.values()
        assert call.reason == "stop"


async def test_only_a_tab_that_the_icon_was_clicked_on_is_heard(
    built_page: None, tmp_path: Path
) -> None:
    async with (
        a_site() as site,
        serving(tmp_path, **allowing()) as server,
        installed(tmp_path, site) as extension,
    ):
        panel = await extension.open("panel")
        await expect(panel.locator("[data-options]")).to_be_visible()  # nothing is set up yet
        await extension.set_up(f"http://{server.address}")
        await panel.click("[data-accept]")
        await expect(panel.locator("[data-start]")).to_be_disabled()
        await extension.click_icon()
        await expect(panel.locator("[data-start]")).to_be_enabled()
        # The right to hear a tab ends when it goes to another site.
        async with a_site() as other:
            other.files = {"/": "<title>Other</title>"}
            await extension.softphone.goto(f"{other.origin.replace('127.0.0.1', 'localhost')}/")
            await panel.click("[data-start]")
            await expect(panel.get_by_role("alert")).to_contain_text("simgesine tıklayın")
        assert server.pool.calls == {}


@pytest.mark.parametrize(
    ("address", "outcome"),
    [
        ("{server}", "refused"),
        ("http://127.0.0.1:9", "unreachable"),
        ("http://assist.example", "wrongAddress"),
        ("assist", "wrongAddress"),
    ],
)
async def test_the_options_say_why_there_is_no_server(
    built_page: None, tmp_path: Path, address: str, outcome: str
) -> None:
    async with (
        a_site() as site,
        serving(tmp_path) as server,
        installed(tmp_path, site) as extension,
    ):
        setup = await extension.open("setup", 700)
        await setup.fill("#server", address.format(server=f"http://{server.address}"))
        await setup.click("[data-connect]")
        said = setup.locator(f"[data-connection={outcome}]")
        await expect(said).to_be_visible()
        if outcome == "refused":
            await expect(said).to_contain_text(ORIGIN)
            await setup.screenshot(path=PICTURES / "extension-setup-refused-tr.png")
            assert await violations(Sidebar(extension.context, setup)) == []
        extension.complaints.clear()  # a browser writes down every connection that fails


async def test_who_signs_in_brings_calls_of_their_own(built_page: None, tmp_path: Path) -> None:
    async with (
        a_site() as site,
        serving(tmp_path, **allowing()) as server,
        installed(tmp_path, site) as extension,
    ):
        people = server.app.state.people
        await people.accept(await people.first_link(), "Ayşe", "uzun bir parola", "")
        setup = await extension.open("setup")
        await setup.fill("#server", f"http://{server.address}")
        await setup.click("[data-connect]")
        await expect(setup.locator("[data-connection=signed-out]")).to_be_visible()
        await setup.fill("#user", "Ayşe")
        await setup.fill("#password", "yanlış parola")
        await setup.click("[data-sign-in]")
        await expect(setup.get_by_text("Kullanıcı adı veya parola yanlış.")).to_be_visible()
        extension.complaints.clear()  # the browser tells the developer of the 401
        await setup.fill("#password", "uzun bir parola")
        await setup.click("[data-sign-in]")
        await expect(setup.locator("[data-connection=reachable]")).to_be_visible()
        await setup.close()
        panel = await extension.listen()
        await expect(panel.locator("call-assist [data-notice=signed-out]")).to_have_count(0)
        await panel.click("[data-stop]")
        await expect(panel.locator("[data-phase=ended]")).to_be_visible()
        (call,) = server.pool.calls.values()
        assert call.info.agent == "Ayşe"
