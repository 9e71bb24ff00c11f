"""Foreign sites that may show the widget: their keys, origins and limits."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

DEFAULT_SITE_REQUESTS_PER_MINUTE = 600
"""An intranet of some thousand people in a busy minute."""
DEFAULT_VISITOR_REQUESTS_PER_MINUTE = 60
"""A question every two seconds, each with its suggestions: faster than anybody reads."""

_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?")
_DEFAULT_PORTS = {"http": "80", "https": "443"}


def _as_browsers_send_it(origin: str) -> str:
    """Origins are compared letter by letter, so they must be written as `Origin` headers are."""
    match = _ORIGIN.fullmatch(origin)
    if match is None or match[3] == _DEFAULT_PORTS[match[1]]:
        raise ValueError(
            f"{origin!r} is not an origin as browsers send it: scheme, host in lower case (other "
            'letters in their "xn--" form), and a port only where it is not the usual one, as in '
            "https://intranet.example.org or http://localhost:3000"
        )
    return origin


Origin = Annotated[str, AfterValidator(_as_browsers_send_it)]


class Site(BaseModel):
    """One site that embeds the widget. Its key is public; origins and limits protect."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
    origins: Annotated[tuple[Origin, ...], Field(min_length=1)]
    requests_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] = (
        DEFAULT_SITE_REQUESTS_PER_MINUTE
    )
    visitor_requests_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] = (
        DEFAULT_VISITOR_REQUESTS_PER_MINUTE
    )


def with_distinct_keys(sites: tuple[Site, ...]) -> tuple[Site, ...]:
    """The same sites, if no key is used twice."""
    keys = [site.key for site in sites]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"the key {key!r} is used for two sites; give each its own")
    return sites
