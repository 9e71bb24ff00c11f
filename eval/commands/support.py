"""`accord eval support`: how well the support checker classifies claims."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from eval.fitting import Claims, Condition, Figures


def command(
    folder: Annotated[Path, typer.Argument(help="Holds dev_claims.jsonl of WiCE.")],
    fit: Annotated[
        bool, typer.Option("--fit", help="Print the weights that the claims give.")
    ] = False,
    tried: Annotated[
        bool, typer.Option("--tried", help="Also measure without each feature.")
    ] = False,
    changed: Annotated[
        Path | None,
        typer.Option(help="Folder of Markdown files: their sentences as they are and altered."),
    ] = None,
) -> None:
    """Score the support checker on labelled claims, compared with counting shared words."""
    from eval.datasets.wice import wice_claims
    from eval.fitting import (
        all_signs,
        coverage,
        cross_validate,
        read,
        with_shipped_weights,
    )
    from eval.metrics.lexical_support import LexicalSupport

    claims = read(wice_claims(folder))
    typer.echo("Held out (cross-validated), claims with evidence: AUROC / balanced accuracy")
    _print("one word at a time", cross_validate(claims, coverage(1), is_checker=False), head=True)
    _print("two words at a time", cross_validate(claims, coverage(2), is_checker=False))
    _print("support checker", cross_validate(claims, all_signs))
    if tried:
        _print_tried(claims)
    typer.echo("\nAs shipped, all claims (optimistic where the weights were fitted on them):")
    _print("support checker", with_shipped_weights(claims, LexicalSupport().support), head=True)
    if fit:
        _print_fit(claims)
    if changed is not None:
        _print_changed(changed)


def _print(label: str, figures: Mapping[Condition, Figures], *, head: bool = False) -> None:
    if head:
        cells = (f"{condition} ({each.claims})" for condition, each in figures.items())
        typer.echo(" " * 34 + "".join(f"{cell:>22}" for cell in cells))
    shown = (f"{each.auroc:.3f} / {each.balanced_accuracy:.3f}" for each in figures.values())
    typer.echo(f"{label:34}" + "".join(f"{cell:>22}" for cell in shown))


def _print_tried(claims: Claims) -> None:
    from dataclasses import fields

    from eval.fitting import all_signs, cross_validate, signs_without
    from eval.metrics.lexical_support import Signs

    for sign in fields(Signs):
        name = sign.name.replace("_", " ")
        _print(f"  without {name}", cross_validate(claims, signs_without(sign.name)))
    _print("  without copies decided apart", cross_validate(claims, all_signs, is_checker=False))


def _print_fit(claims: Claims) -> None:
    from dataclasses import fields

    from eval.fitting import fit

    fitted = fit(claims)
    typer.echo("\nFitted on all claims, for eval/metrics/lexical_support.py:")
    typer.echo("WEIGHTS = Signs(")
    for sign in fields(fitted.weights):
        typer.echo(f"    {sign.name}={getattr(fitted.weights, sign.name)},")
    typer.echo(f")\nINTERCEPT = {fitted.intercept}")


def _print_changed(folder: Path) -> None:
    from eval.corruptions import Change, changed_sentences
    from eval.errors import DatasetError
    from eval.fitting import SUPPORTED
    from eval.metrics.lexical_support import LexicalSupport

    checker = LexicalSupport()
    scores: dict[Change, list[float]] = {change: [] for change in Change}
    for each in changed_sentences(folder):
        scores[each.change].append(checker.support(each.claim, (each.evidence,)))
    if not scores[Change.NONE]:
        raise DatasetError(f"{folder} holds no Markdown file with sentences.")
    typer.echo(f"\n{'Sentences of ' + folder.name:34}{'claims':>8}{'supported':>12}{'mean':>8}")
    for change, found in scores.items():
        if found:
            held = sum(score >= SUPPORTED for score in found) / len(found)
            mean = sum(found) / len(found)
            typer.echo(f"{change:34}{len(found):>8}{held:>12.3f}{mean:>8.3f}")
