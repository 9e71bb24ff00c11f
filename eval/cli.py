"""`accord eval`: the sub-commands under one roof. Each module is imported when it is asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

import click
import typer

from eval.errors import EvalError

MODULES = {
    "run": "eval.commands.run",
    "retrieval": "eval.commands.retrieval",
    "report": "eval.commands.report",
    "compare": "eval.commands.compare",
    "gate": "eval.commands.gate",
    "judge": "eval.commands.judge",
    "support": "eval.commands.support",
    "export": "eval.commands.export",
    "collect": "eval.commands.collect",
}
"""Each module has a function `command` with Typer's annotations."""

EXIT_CODE_UNUSABLE = 2


class _LazyGroup(typer.core.TyperGroup):
    """Finds a command's module by name, so that `accord eval gate` imports no plotting."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(MODULES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in MODULES:
            return None
        single = typer.Typer(add_completion=False)
        single.command(cmd_name)(_guarded(import_module(MODULES[cmd_name]).command))
        return typer.main.get_command(single)


def _guarded(function: Callable[..., None]) -> Callable[..., None]:
    """Errors of evaluation become their sentence and an exit code."""
    from functools import wraps

    @wraps(function)
    def guarded(*args: Any, **kwargs: Any) -> None:
        try:
            function(*args, **kwargs)
        except EvalError as error:
            typer.echo(f"accord eval: {error}", err=True)
            sys.exit(EXIT_CODE_UNUSABLE)

    return guarded


command = typer.Typer(
    cls=_LazyGroup, add_completion=False, help="Score retrieval and answers on a set of questions."
)


@command.callback(no_args_is_help=True)
def _root() -> None:
    """Score retrieval and answers on a set of questions."""
