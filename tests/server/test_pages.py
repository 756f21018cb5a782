"""The pages that the build left, each under its address."""

from __future__ import annotations

from pathlib import Path

import pytest

from assist.server import pages
from tests.server.fakes import serving


@pytest.mark.parametrize(
    ("address", "file", "kind"),
    [
        ("/", "index.html", "text/html"),
        ("/try", "try.html", "text/html"),
        ("/wall", "wall.html", "text/html"),
        ("/calls", "calls.html", "text/html"),
        ("/calls/call-1", "calls/call.html", "text/html"),
        ("/embed", "embed.html", "text/html"),
        ("/embed/example", "embed/example.html", "text/html"),
        ("/embed/example.js", "embed/example.js", "text/javascript"),
        ("/embed/example.css", "embed/example.css", "text/css"),
        ("/embed/call-assist.js", "embed/call-assist.js", "text/javascript"),
        ("/embed/call-assist.d.ts", "embed/call-assist.d.ts", "text/plain"),
    ],
)
async def test_each_page_is_served_and_asked_for_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, file: str, kind: str
) -> None:
    path = tmp_path / "static" / file
    path.parent.mkdir(parents=True)
    path.write_text("what the build wrote")
    monkeypatch.setattr(pages, "STATIC", tmp_path / "static")
    async with serving(tmp_path) as server, server.http() as http:
        answer = await http.get(address)
        assert (answer.status_code, answer.text) == (200, "what the build wrote")
        assert answer.headers["content-type"].startswith(kind)
        # Its name stays the same when it changes, so a browser must not keep it unasked.
        assert answer.headers["cache-control"] == "no-cache"
