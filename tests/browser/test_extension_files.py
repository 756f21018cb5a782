"""What is in the built extension, without a browser."""

from __future__ import annotations

import json
import zipfile

from tests.browser.conftest import ROOT
from tests.browser.test_extension import BUILT


def test_it_asks_for_little_and_runs_nothing_from_elsewhere(built_page: None) -> None:
    manifest = json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["manifest_version"] == 3
    wanted = ["activeTab", "offscreen", "sidePanel", "storage", "tabCapture"]
    assert manifest["permissions"] == wanted
    assert "host_permissions" not in manifest
    assert "content_scripts" not in manifest
    policy = manifest["content_security_policy"]["extension_pages"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert (rules["default-src"], rules["script-src"]) == ("'none'", "'self'")
    assert "http:" not in rules["connect-src"].split()  # in the clear to this machine alone
    package = json.loads((ROOT / "web" / "package.json").read_text(encoding="utf-8"))
    assert manifest["version"] == package["version"]


def test_its_languages_have_the_same_words(built_page: None) -> None:
    words = [
        json.loads((BUILT / "_locales" / language / "messages.json").read_text(encoding="utf-8"))
        for language in ("tr", "en")
    ]
    assert words[0].keys() == words[1].keys()
    assert all(len(each["description"]["message"]) <= 132 for each in words)  # the store's limit


def test_the_archive_is_the_folder(built_page: None) -> None:
    with zipfile.ZipFile(BUILT.with_suffix(".zip")) as archive:
        packed = {name: archive.read(name) for name in archive.namelist()}
    files = (path for path in BUILT.rglob("*") if path.is_file())
    assert packed == {path.relative_to(BUILT).as_posix(): path.read_bytes() for path in files}
