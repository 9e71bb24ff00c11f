"""The top of the command line: its commands are entry points, imported one at a time.

Each is a `typer.Typer` or a plain function with Typer's annotations. Help and completion show all
of them without importing any.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from importlib.metadata import EntryPoint, distribution
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from app import DISTRIBUTION

GROUP = "accord.commands"

USAGE_ERROR = 2  # what shells and Typer use for a wrong command line

USING, KEEPING, MEASURING = "Ask and read", "Operate", "Measure"
SUMMARIES = {
    "ask": (USING, "Answer one question, with citations."),
    "chat": (USING, "Ask several questions in a conversation."),
    "search": (USING, "Find passages, without an answer."),
    "show": (USING, "Print a source with its title, date and text."),
    "sources": (USING, "List the documents; edit or erase some."),
    "ingest": (KEEPING, "Read files, folders and URLs into the library."),
    "sync": (KEEPING, "Update the library from sites, feeds, folders and other systems."),
    "runs": (KEEPING, "List the runs that changed the library, with their results."),
    "serve": (KEEPING, "Serve the page and the API."),
    "slack": (KEEPING, "Answer in Slack."),
    "mcp": (KEEPING, "Answer an agent through MCP."),
    "token": (KEEPING, "Make, list and revoke API tokens."),
    "webhooks": (KEEPING, "List deliveries to webhooks, and send a test."),
    "feedback": (KEEPING, "List ratings and comments on answers."),
    "export": (KEEPING, "Print sources, or answers with ratings, as JSON Lines or CSV."),
    "audit": (KEEPING, "Print the audit log: who asked, read and changed what."),
    "config": (KEEPING, "Print the settings in effect, and where each comes from."),
    "doctor": (
        KEEPING,
        "Check installation, settings and stored data; report problems with remedies.",
    ),
    "backup": (
        KEEPING,
        "Write catalog, conversations and uploads into one file.",
    ),
    "restore": (KEEPING, "Restore a backup into an empty data folder."),
    "verify": (KEEPING, "Check the stored documents and indexes."),
    "rebuild": (KEEPING, "Build the indexes again from the catalog."),
    "eval": (MEASURING, "Score retrieval and answers on a set of questions."),
}
"""Panel and line of each command in the order shown; kept here so that help imports no command."""


class _Entry(TyperCommand):
    """Stands for a command in help and completion; `loaded` is the command itself."""

    def __init__(self, entry: EntryPoint) -> None:
        panel, summary = SUMMARIES.get(entry.name, (None, ""))
        super().__init__(entry.name, short_help=summary, rich_help_panel=panel)
        self._entry = entry

    def loaded(self) -> Any:
        """Import the command."""
        try:
            found = self._entry.load()
        except ModuleNotFoundError as error:
            if not _is_ours(error, self._entry):
                raise
            _refuse(f"`accord {self.name}` is not part of this installation yet.")
        if not isinstance(found, typer.Typer):
            function, found = found, typer.Typer(add_completion=False)
            found.command()(function)
        command = get_command(found)
        command.name = self.name
        return command


class LazyGroup(TyperGroup):
    """Typer's group over the entry points of this installation."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        own = dict(self.commands)
        self.commands = {name: _Entry(entry) for name, entry in entries().items()} | own

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that was asked for, imported."""
        is_asked = not ctx.resilient_parsing and not args[0].startswith("-")
        if is_asked and args[0] not in self.commands:
            near = get_close_matches(args[0], self.commands, n=1)
            meant = f" Did you mean `accord {near[0]}`?" if near else ""
            _refuse(f"There is no command {args[0]!r}.{meant} `accord -h` lists the commands.")
        name, command, rest = super().resolve_command(ctx, args)
        if isinstance(command, _Entry):
            command = command.loaded()
            _with_readable_help(command, ctx)
        return name, command, rest

    def invoke(self, ctx: Any) -> Any:
        """Run the command; what is wrong with an option is told in words for people."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = _readable(error.message)
            raise

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help of `accord` itself."""
        _with_readable_help(self, ctx)
        super().format_help(ctx, formatter)


def entries() -> dict[str, EntryPoint]:
    """The commands of this installation, in the order of `SUMMARIES`."""
    selected = distribution(DISTRIBUTION).entry_points.select(group=GROUP)
    found = {entry.name: entry for entry in selected}
    known = [name for name in SUMMARIES if name in found]
    return {name: found[name] for name in [*known, *sorted(found.keys() - set(known))]}


application = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    # A traceback with the values of all variables would show keys and questions.
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Answers questions from your articles, with every sentence cited.",
    epilog="`accord COMMAND -h` explains a command. Settings: docs/configuration.md.",
)


def _show_version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"accord {distribution(DISTRIBUTION).version}")
        raise typer.Exit


@application.callback()
def top(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", help="Print the version.", is_eager=True, callback=_show_version
        ),
    ] = False,
) -> None:
    """Run before every command."""
    if not context.resilient_parsing:
        from app.commands.variables import report_unknown_variables

        report_unknown_variables()


@application.command("help", hidden=True)
def show_help(
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="COMMAND", help="The command to explain.")
    ] = None,
) -> None:
    """Say what a command takes."""
    shown: Any = context.parent
    for word in words or ():
        group = shown.command
        if not isinstance(group, TyperGroup):
            _refuse(f"`{shown.command_path}` has no commands of its own.")
        name, found, _ = group.resolve_command(shown, [word])
        assert found is not None  # noqa: S101 - what is not there was refused
        shown = found.make_context(name, [], parent=shown, resilient_parsing=True)
    typer.echo(shown.get_help(), nl=False)


_FOR_PROGRAMMERS = (
    (re.compile(r"^Value error, "), ""),
    (
        re.compile(r"^(.*) does not match the formats? '%Y-%m-%d'\.?$", re.S),
        r"\1 is no day; write it as 2019-01-15.",
    ),
    (re.compile(r"^Input should be greater than or equal to (\S+)$"), r"it must be at least \1."),
    (re.compile(r"^Input should be less than or equal to (\S+)$"), r"it must be at most \1."),
    (re.compile(r"^Input should be a valid (integer|number)\b.*$", re.S), r"it must be a number."),
)
"""How pydantic, with which Typer reads options, words what is wrong; and how we do."""


def _readable(message: str) -> str:
    for pattern, words in _FOR_PROGRAMMERS:
        message = pattern.sub(words, message)
    return message


_VALUES = {"str": "TEXT", "path": "PATH", "int": "INTEGER", "float": "NUMBER"}
_TYPE = re.compile(r"<(?:list\[)?([\w|.-]+)(?: range)?\]?>")


def _with_readable_help(command: Any, context: Any) -> None:
    """Prepare a command's help: kinds of values in words, and paragraphs as wide as the terminal.

    A value is TEXT, not <list[str]>, and a flag has none.
    """
    command.help = re.sub(r"(?<=\S)[ ]*\n[ ]*(?=\S)", " ", command.help or "") or None
    for parameter in [*command.params, command.get_help_option(context)]:
        if getattr(parameter, "is_bool_flag", False):
            parameter.metavar = ""
        elif found := _TYPE.fullmatch(parameter.display_type(context) or ""):
            shown = _VALUES.get(found[1].lower(), found[1])
            parameter.display_type = lambda *_, shown=shown: shown
    for below in getattr(command, "commands", {}).values():
        _with_readable_help(below, context)


def _is_ours(error: ModuleNotFoundError, entry: EntryPoint) -> bool:
    """Whether the command's own module is missing, and not something that it imports."""
    return error.name is not None and f"{entry.module}.".startswith(f"{error.name}.")


def _refuse(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(USAGE_ERROR)
