"""Serving below a path of a proxy (`root_path`), whether the proxy removes the path or not."""

from __future__ import annotations

from starlette.types import Scope


def rooted(scope: Scope, root: str) -> Scope:
    """The request with its whole path, as the specification of ASGI wants it.

    Args:
        scope: Of a request; its path has the root in front, or the proxy took it off.
        root: As in "/accord"; "" changes nothing.
    """
    if not root:
        return scope
    path = scope["path"]
    if path == root:
        path = f"{path}/"
    elif not path.startswith(f"{root}/"):
        path = f"{root}{path}"
    return {**scope, "path": path, "root_path": root}


def path_below_root(scope: Scope) -> str:
    """The path as routes name it, also where a proxy serves this program below another."""
    path, root = str(scope["path"]), str(scope.get("root_path", ""))
    return path[len(root) :] if root and path.startswith(f"{root}/") else path
