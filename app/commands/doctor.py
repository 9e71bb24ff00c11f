"""`accord doctor`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.doctor.findings import Finding

EXIT_CODE_PROBLEMS = 1


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Check installation, settings and stored data; report problems with remedies.

    It changes nothing and calls nobody. Exit code 1 says that there is a problem.
    """
    from app.doctor.findings import Level

    found = list(_examined())
    problems = [each for each in found if each.level is Level.PROBLEM]
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in found], indent=2, ensure_ascii=False))
    else:
        _print(found)
        several = "" if len(problems) == 1 else "s"
        typer.echo(f"\n{len(problems)} problem{several}." if problems else "\nAll is well.")
    if problems:
        raise typer.Exit(EXIT_CODE_PROBLEMS)


def _examined() -> Iterator[Finding]:
    from app.doctor import choices, library, machine

    yield from machine.program()
    loaded, found = choices.settings()
    yield from found
    if loaded is None:
        return
    yield from machine.data_folder(loaded.data_dir)
    yield from machine.databases(loaded.data_dir)
    yield from library.index(loaded)
    yield from choices.embedding(loaded)
    yield from choices.reader()
    yield from choices.chat_model(loaded)
    yield from choices.slack(loaded)


def _print(found: list[Finding]) -> None:
    from app.commands.terminal import LINK, NUMBER, TITLE, WARNING, Page
    from app.doctor.findings import Level

    styles = {Level.OK: NUMBER, Level.NOTE: WARNING, Level.PROBLEM: "bold red"}
    size = max(len(each.subject) for each in found)
    page, before = Page(), ""
    for each in found:
        subject = each.subject if each.subject != before else ""
        before = each.subject
        rows = [(subject.ljust(size), each.level.ljust(len(Level.PROBLEM)), each.text)]
        page.columns(rows, (TITLE, styles[each.level], ""))
        if each.remedy:
            page.columns(
                [(" " * size, " " * len(Level.PROBLEM), f"→ {each.remedy}")], ("", "", LINK)
            )
