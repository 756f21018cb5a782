"""What is known of customers, for people and for the systems that know them by name."""

from __future__ import annotations

from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from assist.server.answers import answer
from assist.server.permissions import Action
from assist.server.sign_in import permitted, read
from assist.server.webhooks import Webhooks
from assist.store import Store
from assist.store.earlier import Style, memory_of, styled

_LONGEST: Final = 200


class CustomerFields(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said of a customer: the brand's tone that suits them, or empty."""

    style: Style


def customer_routes(store: Store, webhooks: Webhooks) -> list[BaseRoute]:
    """`/api/customers/CUSTOMER`, and what could not be told to the system that knows them."""

    async def customer(request: Request) -> Response:
        reference = request.path_params["customer"][:_LONGEST]
        if request.method == "PUT":
            permitted(request, Action.MARK)
            given = await read(request, CustomerFields)
            await store.write(*styled(reference, given.style))
            return answer({})
        reached = permitted(request, Action.SEE)
        return answer(await store.read(lambda db: memory_of(db, reference, reached.agents)))

    async def dead(request: Request) -> Response:
        permitted(request, Action.MANAGE)
        waiting, given_up = await webhooks.dead()
        return answer({"waiting": waiting, "given_up": given_up})

    async def retry(request: Request) -> Response:
        permitted(request, Action.MANAGE)
        await webhooks.retry(request.path_params["id"])
        return answer({}, 202)

    return [
        Route("/api/customers/{customer}", customer, methods=["GET", "PUT"]),
        Route("/api/webhooks", dead),
        Route("/api/webhooks/{id}/retry", retry, methods=["POST"]),
    ]
