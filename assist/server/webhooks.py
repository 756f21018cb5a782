"""Telling another system, such as a CRM, how calls ended: signed, repeated, never twice by id.

Messages follow the Standard Webhooks specification (standardwebhooks.com): the headers
`webhook-id`, `webhook-timestamp` and `webhook-signature`, the last one `v1,` and the base64 of the
HMAC-SHA256 of `id.timestamp.body` under the secret. A message is in the database before it is
sent; it is tried again, ever more seldom, until it has arrived or was given up.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hashlib
import hmac
import random
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx
import msgspec
import structlog
from msgspec.structs import replace

from assist.config import WebhookSettings
from assist.errors import ConfigError, StoreError
from assist.server.keys import secret_of
from assist.store import Annotation, EarlierCall, Store
from assist.store.earlier import earlier_call
from assist.store.outbox import (
    Delivery,
    delivery,
    due_deliveries,
    given_up,
    kept,
    next_delivery,
    tried,
    untold,
    waiting,
)

_FIRST_WAIT: Final = 5.0
_LONGEST_WAIT: Final = 3600.0
_AT_A_TIME: Final = 20
_LISTED: Final = 500
_LATELY: Final = timedelta(days=1)
"""Calls that ended while the server could not tell are looked for this far back at its start."""
_ENDED: Final = "ended-"
_CORRECTIONS: Final = frozenset({"outcome", "topic", "promise", "tone"})

_log = structlog.get_logger(__name__)


class Message(msgspec.Struct, frozen=True):
    """The body of a message. `type` is "call.ended", or "call.corrected" when people put right
    afterwards what was found; `data` is the call as it is known then.
    """

    type: str
    timestamp: str
    data: EarlierCall


class DeliveryInfo(msgspec.Struct, frozen=True):
    """A message that was given up, as the list shows it."""

    id: str
    kind: str
    made_at: str
    attempts: int
    error: str


class Webhooks:
    """Keeps messages and sends them. Used from one event loop; without an address it does nothing.

    Raises `ConfigError` when the secret cannot be read.
    """

    def __init__(self, store: Store, settings: WebhookSettings) -> None:
        self._store = store
        self._settings = settings
        self._key = _key(secret_of(settings.secret, settings.secret_file, "webhooks.secret"))
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._client: httpx.AsyncClient | None = None

    def start(self) -> None:
        """Begin to send what is waiting."""
        if not self._settings.url:
            return
        self._client = httpx.AsyncClient(
            timeout=self._settings.timeout, trust_env=False, follow_redirects=False
        )
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Stop; what has not arrived is tried again after the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
        if self._client is not None:
            await self._client.aclose()

    async def call_ended(self, call_id: str) -> None:
        """Tell that a call has ended; it is stored already.

        What cannot be kept now is found again at the next start.
        """
        try:
            await self._tell("call.ended", _ENDED + call_id, call_id)
        except StoreError as error:
            _log.error("webhook not kept", call_id=call_id, reason=str(error))

    async def annotated(self, annotation: Annotation) -> None:
        """Tell what people put right in a call that is over."""
        if self._settings.url and annotation.kind in _CORRECTIONS:
            await self._store.flush()  # what was put right is to be in it
            await self._tell("call.corrected", f"corrected-{annotation.id}", annotation.call_id)

    async def _tell(self, kind: str, id_: str, call_id: str) -> None:
        if not self._settings.url:
            return
        call = await self._store.read(lambda connection: earlier_call(connection, call_id))
        if call is None:  # it still runs; its end will have it all
            return
        now = datetime.now(UTC)
        body = msgspec.json.encode(Message(kind, now.isoformat(), call)).decode()
        await self._store.write(kept(Delivery(id_, kind, body, now, next_at=now)))
        self._wake.set()

    # Sending

    async def _run(self) -> None:
        await self._remember()
        while True:
            self._wake.clear()
            try:
                wait = await self._send_due()
            except StoreError as error:
                _log.error("webhooks wait for the database", reason=str(error))
                wait = _FIRST_WAIT
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), wait)

    async def _remember(self) -> None:
        """Calls whose end nobody was told of, because the server died meanwhile."""
        since = datetime.now(UTC) - _LATELY
        for call_id in await self._store.read(lambda db: untold(db, since, _ENDED)):
            await self.call_ended(call_id)

    async def _send_due(self) -> float | None:
        """Send what is due; seconds until the next, `None` for as long as nothing is kept."""
        now = datetime.now(UTC)
        due = await self._store.read(lambda db: due_deliveries(db, now, _AT_A_TIME))
        if due:
            await self._store.write(
                *map(tried, await asyncio.gather(*(self._send(one) for one in due)))
            )
            return 0.0
        coming = await self._store.read(next_delivery)
        return None if coming is None else max(0.0, (coming - now).total_seconds())

    async def _send(self, message: Delivery) -> Delivery:
        """What became of one attempt."""
        assert self._client is not None
        now = datetime.now(UTC)
        headers = self.sign(message.id, str(int(now.timestamp())), message.body)
        try:
            answer = await self._client.post(
                self._settings.url, content=message.body.encode(), headers=headers
            )
            error = "" if answer.is_success else f"HTTP {answer.status_code}"
        except httpx.HTTPError as failure:
            error = f"{type(failure).__name__}: {failure}".rstrip(": ")
        attempts = message.attempts + 1
        if not error:
            return replace(message, attempts=attempts, next_at=None, delivered_at=now, error="")
        if attempts >= self._settings.attempts:
            _log.error("webhook given up", id=message.id, attempts=attempts, reason=error)
            return replace(message, attempts=attempts, next_at=None, error=error)
        limit = min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** (attempts - 1))
        wait = limit * (0.5 + random.random() / 2)  # noqa: S311 - spreads, does not protect
        later = now + timedelta(seconds=wait)
        _log.warning("webhook not taken", id=message.id, attempts=attempts, reason=error)
        return replace(message, attempts=attempts, next_at=later, error=error)

    def sign(self, id_: str, timestamp: str, body: str) -> dict[str, str]:
        """The headers of a message."""
        content = f"{id_}.{timestamp}.{body}".encode()
        mac = base64.b64encode(hmac.new(self._key, content, hashlib.sha256).digest()).decode()
        return {
            "content-type": "application/json",
            "webhook-id": id_,
            "webhook-timestamp": timestamp,
            "webhook-signature": f"v1,{mac}",
        }

    # What was given up

    async def dead(self) -> tuple[int, list[DeliveryInfo]]:
        """How many are on their way, and those that were given up, newest first."""
        found = await self._store.read(lambda db: given_up(db, _LISTED))
        infos = [
            DeliveryInfo(one.id, one.kind, one.made_at.isoformat(), one.attempts, one.error)
            for one in found
        ]
        return await self._store.read(waiting), infos

    async def retry(self, id_: str) -> None:
        """Send once more what was given up; raises `ConfigError` when there is no such message."""
        found = await self._store.read(lambda db: delivery(db, id_))
        if found is None or found.next_at is not None or found.delivered_at is not None:
            raise ConfigError(f"There is no message {id_[:60]!r} that was given up.")
        again = replace(found, attempts=0, next_at=datetime.now(UTC))
        await self._store.write(tried(again))
        self._wake.set()


def _key(secret: str) -> bytes:
    """The bytes of a secret; `whsec_` and base64 is the form of the specification."""
    if secret.startswith("whsec_"):
        try:
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except ValueError:
            raise ConfigError("webhooks.secret begins with whsec_ but is no base64.") from None
    return secret.encode()
