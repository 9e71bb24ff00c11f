"""Refuses unknown query parameters and body fields, and names the most similar known one.

What is known is what the OpenAPI document says, so that a new route needs no word here. It holds
for everything below /api: pages take whatever parameters a link has picked up on its way, and
OpenAI's clients send fields of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError

PREFIX = "/api/"
EXTRA = "extra_forbidden"
"""The kind of error by which pydantic refuses a field."""
MAX_NAMED = 12
"""So many known names are told where none is near."""


async def refuse_unknown_parameters(request: Request) -> None:
    """A dependency of the whole application.

    Raises:
        RequestValidationError: If the query has a name that this operation does not know.
    """
    path = getattr(request.scope.get("route"), "path", "")
    if not request.query_params or not path.startswith(PREFIX):
        return
    known = known_parameters(operation_of(request))
    unknown = [name for name in dict.fromkeys(request.query_params.keys()) if name not in known]
    if unknown:
        raise RequestValidationError(
            [
                {"type": EXTRA, "loc": ("query", name), "msg": message("parameter", name, known)}
                for name in unknown
            ]
        )


def told(request: Request, error: Mapping[str, Any]) -> str:
    """The message for one error of pydantic's."""
    place: Sequence[int | str] = error["loc"]
    if error["type"] == "string_pattern_mismatch" and place and place[-1] == "cursor":
        return "This is no cursor. Send the `next` of the page before, as it was given."
    if error["type"] != EXTRA or not place or place[0] != "body":
        return str(error["msg"]).removeprefix("Value error, ")
    return message("field", str(place[-1]), known_fields(request, place[1:-1]))


def message(kind: str, name: str, known: Sequence[str]) -> str:
    """Say that a name is unknown, with the most similar known one."""
    near = get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return f"There is no such {kind}. Did you mean {near[0]}?"
    if not known:
        return f"There is no such {kind}; none is taken here."
    return f"There is no such {kind}. Known: {', '.join(known[:MAX_NAMED])}."


def operation_of(request: Request) -> Mapping[str, Any]:
    """What the OpenAPI document says of the operation that is asked for; empty if nothing."""
    found: Mapping[str, Any] = _operations(request).get(request.method.lower(), {})
    return found


def methods_of(request: Request) -> list[str]:
    """All methods of an address: the framework lists those of its first route only."""
    methods = {name.upper() for name in _operations(request)}
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)


def _operations(request: Request) -> Mapping[str, Mapping[str, Any]]:
    app: FastAPI = request.app
    route = request.scope.get("route")
    path = getattr(route, "path_format", None) or getattr(route, "path", "")
    found: Mapping[str, Mapping[str, Any]] = app.openapi()["paths"].get(path, {})
    return found


def known_parameters(operation: Mapping[str, Any]) -> list[str]:
    """The names that its query may have."""
    return [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"]


def known_fields(request: Request, place: Sequence[int | str]) -> list[str]:
    """The fields of the object at a place in the body, as in ("history", 0)."""
    schemas: Mapping[str, Any] = request.app.openapi()["components"]["schemas"]
    contents = operation_of(request).get("requestBody", {}).get("content", {})
    found = [one["schema"] for one in contents.values() if "schema" in one]
    for step in place:
        found = [
            below
            for schema in _variants(found, schemas)
            for below in (
                [schema["items"]]
                if isinstance(step, int) and "items" in schema
                else [schema["properties"][step]]
                if step in schema.get("properties", {})
                else []
            )
        ]
    return sorted({name for one in _variants(found, schemas) for name in one.get("properties", {})})


def _variants(
    found: Sequence[Mapping[str, Any]], schemas: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    """The schemas themselves, references and alternatives taken apart."""
    for schema in found:
        if "$ref" in schema:
            yield from _variants([schemas[schema["$ref"].rsplit("/", 1)[-1]]], schemas)
        elif alternatives := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
            yield from _variants(alternatives, schemas)
        else:
            yield schema
