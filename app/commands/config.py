"""`accord config`: the settings in effect, and where each comes from."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from itertools import groupby
from typing import Annotated

import typer

from app.cli import reported


def config(
    is_set: Annotated[
        bool, typer.Option("--set", help="Only what the environment or .env sets.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False,
) -> None:
    """Print the settings in effect, and where each comes from; secrets are not shown.

    A value comes from the environment, from .env in the current folder, or is the default.
    docs/configuration.md says what each means, `accord doctor` whether it works.
    """
    from app.commands.variables import values_in_file
    from app.setting_values import Origin, effective
    from app.settings import load_settings

    with reported():
        settings = load_settings()
    found = effective(
        settings,
        environment=[name for name, value in os.environ.items() if value],
        in_file=values_in_file(),
    )
    if is_set:
        found = [each for each in found if each.origin is not Origin.DEFAULT]
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in found], indent=2, ensure_ascii=False))
        return
    from app.commands.terminal import LINK, TITLE, Page

    page = Page()
    for number, (group, some) in enumerate(groupby(found, key=lambda each: each.group)):
        if number:
            page.write()
        page.write(group, style=TITLE)
        rows = [(each.variable, each.origin.value, each.value or "(unset)") for each in some]
        page.columns(rows, ("", LINK, ""))
    if not found:
        typer.echo("Nothing is set: all settings have their defaults.", err=True)
