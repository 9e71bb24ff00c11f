"""The console command `accord`: finds the sub-command that was asked for and imports nothing else.

Sub-commands are entry points of the group ``accord.commands`` (see pyproject.toml), so this
package need not know `ingest` or `eval`. Each is a `typer.Typer` or a plain function with Typer's
annotations.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint, distribution
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vectorstore.catalog import Catalog

DISTRIBUTION = "accord"
GROUP = "accord.commands"

ENVIRONMENT = {
    # Weights come from an installed package: nothing may reach for a model hub.
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "ANONYMIZED_TELEMETRY": "False",
    # Waiting OpenMP threads sleep: spinning ones take the cores from the request beside them.
    "OMP_WAIT_POLICY": "PASSIVE",
    # Splitting into word pieces is a small part of embedding; its own thread pool only competes for
    # the cores and warns in every child process.
    "TOKENIZERS_PARALLELISM": "false",
}
"""Read by native libraries when they load, so it must stand before any of them is imported."""

SUMMARIES = {
    "ingest": "Read files, folders and URLs into the library.",
    "ask": "Answer one question, with citations.",
    "serve": "Serve the page and the API.",
    "slack": "Answer in Slack.",
    "mcp": "Answer an agent through MCP.",
    "token": "Make, list and revoke the tokens with which programs ask.",
    "sources": "List what has been ingested.",
    "verify": "Check the stored documents and indexes.",
    "rebuild": "Build the indexes again from the catalog, without embedding anything again.",
    "eval": "Score retrieval and answers on a set of questions.",
}
"""One line for each command, in the order shown; kept here so that help imports no command."""

USAGE_ERROR = 2  # what shells and Typer use for a wrong command line


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``accord``.

    Returns:
        The exit status of what it did itself; sub-commands exit on their own.
    """
    prepare_environment()
    words = list(sys.argv[1:] if arguments is None else arguments)
    if not words or words[0] in {"-h", "--help", "help"}:
        sys.stdout.write(usage())
        return 0 if words else USAGE_ERROR
    if words[0] in {"-V", "--version"}:
        sys.stdout.write(f"accord {distribution(DISTRIBUTION).version}\n")
        return 0
    return run(words[0], words[1:])


def prepare_environment() -> None:
    """Set what native libraries read when they load; what the caller has set already stays."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)


def commands() -> dict[str, EntryPoint]:
    """The sub-commands of this installation, in the order of `SUMMARIES`."""
    entries = distribution(DISTRIBUTION).entry_points.select(group=GROUP)
    found = {entry.name: entry for entry in entries}
    known = [name for name in SUMMARIES if name in found]
    return {name: found[name] for name in [*known, *sorted(found.keys() - set(known))]}


def usage() -> str:
    """The text of ``accord --help``."""
    lines = [f"  {name:<8}  {SUMMARIES.get(name, '')}".rstrip() for name in commands()]
    return "\n".join(
        [
            "Usage: accord COMMAND [ARGUMENTS]…",
            "",
            "Answers questions from your articles, with every sentence cited.",
            "",
            "Commands:",
            *lines,
            "",
            "`accord COMMAND --help` says what a command takes.",
            "",
        ]
    )


def run(name: str, arguments: Sequence[str]) -> int:
    """Import one sub-command and hand over to it."""
    entry = commands().get(name)
    if entry is None:
        return _refuse(f"There is no command {name!r}. `accord --help` lists them.")
    try:
        command = entry.load()
    except ModuleNotFoundError as error:
        if not _is_ours(error, entry):
            raise
        return _refuse(f"`accord {name}` is not part of this installation yet.")
    _as_cli(command)(args=list(arguments), prog_name=f"accord {name}", obj=_forget_erased)
    return 0


def _forget_erased(catalog: Catalog) -> None:
    """Handed to every command as its context: `ingest` erases, and does not know conversations."""
    from app.forgetting import forget_erased

    forget_erased(catalog)


def _is_ours(error: ModuleNotFoundError, entry: EntryPoint) -> bool:
    """Whether the command's own module is missing, and not something that it imports."""
    return error.name is not None and f"{entry.module}.".startswith(f"{error.name}.")


def _as_cli(command: Any) -> Callable[..., Any]:
    """A Typer application as it is; a plain function wrapped in one."""
    import typer  # 0.1 s: not for `accord --help`

    if isinstance(command, typer.Typer):
        return command
    application = typer.Typer(add_completion=False)
    application.command()(command)
    return application


def _refuse(message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return USAGE_ERROR


if __name__ == "__main__":
    sys.exit(main())
