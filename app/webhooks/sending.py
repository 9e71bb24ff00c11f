"""One delivery: to the address that was checked, without following redirects."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from app.webhooks.hooks import Webhook, key_of
from app.webhooks.queue import Delivery
from app.webhooks.signing import signed_headers
from network.addresses import DEFAULT_PORTS, check_host
from network.errors import AddressError
from network.resolving import Resolver, checked_address, resolve

if TYPE_CHECKING:
    import httpx

CONNECT_S, SEND_S = 5.0, 10.0
"""A receiver that thinks before it answers should take the event and think later."""
USER_AGENT = "accord-webhooks"
GONE = 410


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of a try; without a problem it was taken."""

    problem: str | None = None
    is_final: bool = False
    """The receiver wants no more of it."""
    after_s: float = 0.0
    """What it asked to wait."""


def send(hook: Webhook, delivery: Delivery, *, resolver: Resolver = resolve) -> Sent:
    """Try once. Never raises for what a receiver or the network does."""
    import httpx

    body = delivery.body.encode()
    try:
        url = httpx.URL(hook.url)
        host = hook.host
        check_host(host, hook.allowed)
        port = url.port or DEFAULT_PORTS[url.scheme]
        address = checked_address(host, port, allowed=hook.allowed, resolver=resolver)
    except AddressError as error:
        return Sent(str(error))
    except httpx.InvalidURL as error:
        return Sent(f"It is not a web address: {error}.")
    headers = {
        **signed_headers(key_of(hook.secret), delivery.id, int(time.time()), body),
        "Host": url.netloc.decode("ascii"),
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
    }
    timeout = httpx.Timeout(SEND_S, connect=CONNECT_S)
    try:
        with httpx.Client(
            trust_env=False, follow_redirects=False, timeout=timeout, verify=_certificates()
        ) as client:
            request = client.build_request(
                "POST",
                url.copy_with(host=address),  # no second look-up, whose answer could differ
                headers=headers,
                content=body,
                extensions={"sni_hostname": host},
            )
            response = client.send(request, stream=True)  # nobody reads what is answered
            response.close()
    except httpx.HTTPError as error:
        return Sent(f"It cannot be reached: {type(error).__name__}.")
    return _judged(response)


def _judged(response: httpx.Response) -> Sent:
    status = response.status_code
    if 200 <= status < 300:
        return Sent()
    problem = f"The receiver answered {status} {response.reason_phrase}."
    stated = response.headers.get("retry-after", "")
    after_s = float(stated) if stated.isascii() and stated.isdigit() and len(stated) < 8 else 0.0
    return Sent(problem, is_final=status == GONE, after_s=after_s)


@cache
def _certificates() -> Any:
    import httpx

    return httpx.create_ssl_context(trust_env=False)
