"""The web pages: files that `make web` built."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

STATIC = Path(__file__).parent / "static"

_PAGES = {
    "/": "index.html",
    "/try": "try.html",
    "/wall": "wall.html",
    "/calls": "calls.html",
    "/coaching": "coaching.html",
    "/reasons": "reasons.html",
    "/people": "people.html",
    "/sign-in": "sign-in.html",
    "/welcome": "sign-in.html",
    "/calls/{call_id}": "calls/call.html",
    "/embed": "embed.html",
    "/embed/example": "embed/example.html",
}
_FILES = {
    "/embed/call-assist.js": ("embed/call-assist.js", "text/javascript"),
    "/embed/call-assist.d.ts": ("embed/call-assist.d.ts", "text/plain"),
    "/embed/example.js": ("embed/example.js", "text/javascript"),
    "/embed/example.css": ("embed/example.css", "text/css"),
}

_NOT_BUILT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>The page is not built</title>
<h1>The page is not built</h1>
<p>The server runs, but its web page has not been built yet. Run <code>make web</code> in the
project's folder and load this page again.</p>
<p lang="tr">Sunucu çalışıyor, ancak web sayfası henüz derlenmemiş. Proje klasöründe
<code>make web</code> komutunu çalıştırıp bu sayfayı yenileyin.</p>
</html>
"""


def page_routes() -> list[BaseRoute]:
    """The pages, what other sites may include, and the files under `/assets/`."""
    static = STATIC
    routes: list[BaseRoute] = [
        Route(path, _built(static / name, "text/html")) for path, name in _PAGES.items()
    ]
    routes += [Route(path, _built(static / name, media)) for path, (name, media) in _FILES.items()]
    assets = StaticFiles(directory=static / "assets", check_dir=False)
    return [*routes, Mount("/assets", assets)]


def _built(file: Path, media_type: str) -> Callable[[Request], Response]:
    """Serves a file that the build names the same every time, so browsers have to ask for it."""

    def serve(_request: Request) -> Response:
        if not file.is_file():
            return HTMLResponse(_NOT_BUILT, status_code=503)
        return FileResponse(file, headers={"cache-control": "no-cache"}, media_type=media_type)

    return serve
