"""Whether the server can do its work."""

from __future__ import annotations

from assist.errors import ModelError
from assist.server.pool import CallPool
from assist.store import Store


class Readiness:
    """What `/healthz` says."""

    def __init__(self, pool: CallPool, store: Store) -> None:
        self._pool = pool
        self._store = store
        self._loaded = False
        self._failure = ""

    async def wait(self) -> None:
        """Return once the models are loaded; raises `ModelError` if they cannot be."""
        try:
            await self._pool.ready()
        except ModelError as error:
            self._failure = str(error)
            raise
        self._loaded = True

    def state(self) -> tuple[str, str]:
        """ "ok", "starting" or "failing", and the reason for the last."""
        failure = self._failure or self._store.failure or ""
        if failure:
            return "failing", failure
        return ("ok" if self._loaded else "starting"), ""
