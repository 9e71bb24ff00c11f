"""`accord eval verifier`: what the verifier lets through, and what it refuses wrongly."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from eval.verifying import Outcome, Trial, Verifier

LABEL = 44
"""Characters of the first column."""


def command(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Folders of WiCE, of RGB's counterfactual part, or of Markdown files.",
            show_default=False,
        ),
    ] = None,
    show: Annotated[
        bool,
        typer.Option("--show", help="Also print the claims that came out wrong; none held out."),
    ] = False,
) -> None:
    """Put right and corrupted claims to the verifier and count what comes out wrong, by kind."""
    from app.answering.verification.verify import verify
    from app.reading.build import build_reader
    from eval.verifying import trials_of, written_parts, written_trials

    given = {str(folder.name or folder): list(trials_of(folder)) for folder in folders or []}
    verifier = partial(verify, support=build_reader().support)
    for name, folder in written_parts().items():
        title = f"Written claims, {name}"
        _report(title, written_trials(folder), verifier, show=show and name == "seen")
    for title, trials in given.items():
        _report(title, trials, verifier, show=show)


def _report(title: str, trials: Iterable[Trial], verifier: Verifier, *, show: bool) -> None:
    from eval.verifying import outcomes

    found = outcomes(trials, verifier)
    for is_correct, column in ((True, "refused"), (False, "caught")):
        rows = [each for each in found if each.is_correct is is_correct]
        if rows:
            what = "right" if is_correct else "corrupted"
            typer.echo(f"\n{f'{title}: {what}':{LABEL}}{'claims':>8}{column:>10}{'share':>9}")
            for each in rows:
                _line(each.kind, each.trials, _counted(each))
            if len(rows) > 1:
                _line("all", sum(r.trials for r in rows), sum(map(_counted, rows)))
    if show:
        for each in found:
            for trial in each.wrong:
                typer.echo(f"\n{each.kind}: {trial.claim}")
                for quote in trial.quotes:
                    typer.echo(f"  > {quote}")


def _counted(outcome: Outcome) -> int:
    wrong = len(outcome.wrong)
    return wrong if outcome.is_correct else outcome.trials - wrong


def _line(kind: str, trials: int, counted: int) -> None:
    typer.echo(f"{kind:{LABEL}}{trials:>8}{counted:>10}{counted / trials:>9.1%}")
