"""The console command `accord`: sets the environment, then runs the command that was asked for.

Commands are entry points of the group ``accord.commands`` (see pyproject.toml), so this package
need not know `ingest` or `eval`; `app.commands.group` imports the one that was asked for.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from vectorstore.catalog import Catalog

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

ENDS_AT_ONCE = frozenset({"ask"})
"""Has written nothing that is not closed: taking models apart would cost a fifth of its time."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``accord``; commands exit on their own."""
    prepare_environment()
    from app.commands.group import application

    words = sys.argv[1:] if arguments is None else list(arguments)
    begun = datetime.now(UTC)
    try:
        application(args=arguments, prog_name="accord", obj=settling(words[:1]))
    except SystemExit as end:
        tell(words, end.code, begun)
        raise
    except ModuleNotFoundError as error:
        module = (error.name or "").partition(".")[0]
        if module in {"", "app", "eval", "ingest", "network", "prompts", "vectorstore"}:
            raise
        sys.stderr.write(
            f"This needs the Python module {module!r}, which is not installed. An installation for "
            "serving leaves out what only evaluation and training need; `make setup` adds it.\n"
        )
        return 1
    return 0


def prepare_environment() -> None:
    """Set what native libraries read when they load; what the caller has set already stays."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)


def settling(command: Sequence[str]) -> Callable[[Catalog], None]:
    """What is done behind each run of a command, which gets it as its context.

    `ingest` knows neither conversations nor webhooks nor that there is an audit log.
    """
    begun = datetime.now(UTC)

    def settle(catalog: Catalog) -> None:
        nonlocal begun
        from app.forgetting import forget_erased
        from app.webhooks.after_run import tell_of_runs

        try:
            forget_erased(catalog)
        finally:
            tell_of_runs(catalog)
        # A sync may go on for ever: each of its rounds is told of that had something to do.
        if "sync" in command and any(run.started >= begun for run in catalog.runs(limit=1)):
            from app.audit.commands import record_command

            record_command(*command)
        begun = datetime.now(UTC)

    return settle


CHANGES = frozenset({"ingest", "rebuild", "restore"})
"""Commands that change the library; `ingest` does not know that there is a log."""
LOOKING = frozenset({"-h", "--help", "--dry-run", "--check"})
SOME_REFUSED, WRONG_COMMAND_LINE = 1, 2


def tell(words: Sequence[str], code: object, begun: datetime) -> None:
    """Tell the audit log that somebody changed the library, or tried to.

    Args:
        words: The command line.
        code: Its exit code.
        begun: When it began.
    """
    if code == WRONG_COMMAND_LINE or CHANGES.isdisjoint(words[:1]) or LOOKING.intersection(words):
        return
    from app.audit.commands import record_command
    from app.audit.records import FAILED, OK, PARTIAL

    outcome = OK if code in {0, None} else FAILED
    if code == SOME_REFUSED and words[0] == "ingest" and _has_taken_any(begun):
        outcome = PARTIAL  # some sources were refused, and others are served
    record_command(words[0], outcome=outcome)


TAKEN = ("added", "changed", "unchanged", "removed", "duplicates")


def _has_taken_any(begun: datetime) -> bool:
    """Whether an ingest that began not before a moment came to its end with any source."""
    from app.cli import opened_store
    from app.errors import ChatError
    from vectorstore.errors import VectorStoreError

    try:
        with opened_store() as (_, catalog, _generations):
            latest = next(iter(catalog.runs(limit=1)), None)
    except (ChatError, VectorStoreError):
        return False
    return (
        latest is not None
        and latest.started >= begun
        and any(latest.report.get(name) for name in TAKEN)
    )


def console() -> NoReturn:
    """The process `accord`."""
    try:
        status = main()
    except SystemExit as end:
        name, code = (*sys.argv[1:2], ""), end.code
        if name[0] not in ENDS_AT_ONCE or not (code is None or isinstance(code, int)):
            raise
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code or 0)
    sys.exit(status)


if __name__ == "__main__":
    console()
