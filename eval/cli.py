"""`accord eval`: its sub-commands. Heavy modules are imported when they run."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import typer

from eval.commands.check import command as check
from eval.commands.collect import command as collect
from eval.commands.compare import command as compare
from eval.commands.corpus import command as corpus
from eval.commands.export import command as export
from eval.commands.gate import command as gate
from eval.commands.judge import command as judge
from eval.commands.reading import command as reading
from eval.commands.report import command as report
from eval.commands.retrieval import command as retrieval
from eval.commands.run import command as run
from eval.commands.support import command as support
from eval.commands.train_reader import command as train_reader
from eval.commands.train_turns import command as train_turns
from eval.commands.verifier import command as verifier
from eval.errors import EvalError

EXIT_CODE_UNUSABLE = 2

command = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Score retrieval and answers on a set of questions.",
)


@command.callback()
def _root() -> None:
    """Score retrieval and answers on a set of questions."""


def _guarded(function: Callable[..., None]) -> Callable[..., None]:
    """Errors of evaluation become their sentence and an exit code."""

    @wraps(function)
    def guarded(*args: Any, **kwargs: Any) -> None:
        try:
            function(*args, **kwargs)
        except EvalError as error:
            typer.echo(f"accord eval: {error}", err=True)
            sys.exit(EXIT_CODE_UNUSABLE)

    return guarded


YOURS = "Commands"
AUTHORS = "For those who change Accord itself"
COMMANDS: dict[str, dict[str, Callable[..., None]]] = {
    YOURS: {
        "run": run,
        "report": report,
        "compare": compare,
        "check": check,
        "collect": collect,
        "export": export,
        "corpus": corpus,
        "judge": judge,
    },
    AUTHORS: {
        "gate": gate,
        "reading": reading,
        "retrieval": retrieval,
        "support": support,
        "verifier": verifier,
        "train-reader": train_reader,
        "train-turns": train_turns,
    },
}
"""By panel of the help and name, in the order shown."""

for _panel, _commands in COMMANDS.items():
    for _name, _function in _commands.items():
        command.command(_name, rich_help_panel=_panel)(_guarded(_function))
