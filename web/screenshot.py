"""A picture of the running page, for the README.

    python web/screenshot.py http://127.0.0.1:8765 --sample en_escalating --language en

opens the page of a running server, plays the sample (or waits for a call) and takes the
picture once the caller's tone is no longer neutral and there is something to say.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from playwright.sync_api import TimeoutError as Timeout

OUT = Path(__file__).resolve().parent.parent / "docs" / "sidebar.png"
LOCALES = {"tr": "tr-TR", "en": "en-GB"}

FEELINGS = ["angry", "sad", "happy"]
# True when the page shows one of these feelings and a suggestion at the same time.
WORTH_A_PICTURE = """(feelings) => {
  const inside = (node, selector) => node?.shadowRoot?.querySelector(selector);
  const sidebar = document.querySelector('call-assist');
  const tone = inside(inside(sidebar, 'tone-panel'), '[data-tone]');
  const feeling = feelings.includes(tone?.dataset.tone);
  const suggestion = inside(inside(sidebar, 'suggestion-card'), 'article');
  return feeling && tone.dataset.stale === 'false' && !!suggestion;
}"""


def main() -> int:
    """Take the picture; the exit code of the command."""
    options = _options()
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        sys.stderr.write("There is no Chromium; install it or name one in CHROMIUM.\n")
        return 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(
            viewport={"width": 360, "height": options.height},
            device_scale_factor=2,
            locale=LOCALES[options.language],
            color_scheme=options.scheme,
            reduced_motion="reduce",
        )
        page.goto(options.address)
        try:
            _wait(page, options)
        except Timeout:
            sys.stderr.write(
                f"Within {options.patience} s there was no tone with a suggestion to show.\n"
            )
            return 1
        options.out.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=options.out)
        browser.close()
    sys.stdout.write(f"{options.out}\n")
    return 0


def _wait(page: Page, options: argparse.Namespace) -> None:
    if options.sample:
        again = page.locator("details.again summary")
        sample = page.locator(f"[data-sample={options.sample}]")
        sample.or_(again).first.wait_for()
        if again.is_visible():
            again.click()
        sample.click()
        page.locator("[data-state=live]").wait_for(timeout=options.patience * 1000)
    feelings = [options.tone] if options.tone else FEELINGS
    page.wait_for_function(WORTH_A_PICTURE, arg=feelings, timeout=options.patience * 1000)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", help="the page, as in http://127.0.0.1:8765")
    parser.add_argument("--sample", default="", help="a sample to play; waits for a call without")
    parser.add_argument("--language", choices=LOCALES, default="tr", help="of the page")
    parser.add_argument("--scheme", choices=["light", "dark"], default="light")
    parser.add_argument("--tone", choices=FEELINGS, help="wait for this one; any by default")
    parser.add_argument("--height", type=int, default=800, help="in CSS pixels")
    parser.add_argument("--patience", type=float, default=180, help="in seconds")
    parser.add_argument("--out", type=Path, default=OUT)
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
