"""The web page: files that `make web` built."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

STATIC = Path(__file__).parent / "static"

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
    """`/` and the files it needs under `/assets/`."""
    static = STATIC

    async def index(_request: Request) -> Response:
        page = static / "index.html"
        if not page.is_file():
            return HTMLResponse(_NOT_BUILT, status_code=503)
        return FileResponse(page, headers={"cache-control": "no-cache"})

    assets = StaticFiles(directory=static / "assets", check_dir=False)
    return [Route("/", index), Mount("/assets", assets)]
