"""`assist serve`: one process with the web server, its database, and the pool of workers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from assist.config import Settings
from assist.errors import ConfigError
from assist.run.workers import WorkerPool
from assist.server.app import create_app
from assist.server.listening import address_of, listen, running
from assist.server.logs import configure_logging
from assist.server.security import check_address
from assist.store import Store


def serve(
    settings: Settings,
    on_ready: Callable[[str, str | None], None] | None = None,
    *,
    play: str | None = None,
) -> None:
    """Run until SIGINT or SIGTERM; running calls are ended and stored first.

    `on_ready` is called with the page's address once the models are loaded and, where there are
    no users, with the one-time address that makes the first; then the sample `play` starts as a
    live call. Raises `ConfigError` (address taken or not allowed, unknown sample), `StoreError`
    or `ModelError`.
    """
    configure_logging()
    asyncio.run(_serve(settings, on_ready, play))


async def _serve(
    settings: Settings,
    on_ready: Callable[[str, str | None], None] | None,
    play: str | None,
) -> None:
    store = Store.open(settings.store)
    try:
        check_address(settings.server, signs_in=bool((await store.people()).users))
        app = create_app(settings, pool=WorkerPool(settings), store=store)
        if play is not None and not app.state.samples.exists(play):
            raise ConfigError(f"There is no sample {play!r}; the page lists those there are.")
        listener = listen(settings.server)
    except ConfigError:
        await store.close()
        raise
    with listener:
        async with running(app, settings.server, listener) as serving:
            loading = app.state.loading
            await asyncio.wait({serving, loading}, return_when=asyncio.FIRST_COMPLETED)
            if loading.done():
                loading.result()
                address = address_of(listener)
                if on_ready is not None:
                    first = await app.state.people.first_link()
                    page = f"http://{address}/"
                    on_ready(page, f"{page}welcome#{first}" if first else None)
                if play is not None:
                    await app.state.samples.play(play, f"ws://{address}")
            await serving
