"""`accord eval reading`: which sentences answer, what is refused, which claims are let through."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def command(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", help="JSONL: documents, claims; see docs/evaluation.md."),
    ],
    documents: Annotated[
        list[Path] | None,
        typer.Option(
            "--documents",
            help="Files of documents that claims and conversations are about; "
            "default: those in the same folder. May be repeated.",
        ),
    ] = None,
    test_part: Annotated[
        bool,
        typer.Option("--test-part", help="Only the tenth of the documents never trained on."),
    ] = False,
    composer: Annotated[
        str | None, typer.Option(help='"extractive" or "model"; default: as in the settings.')
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Write every question and claim with its outcome, as JSONL."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Ask questions of documents whose answering sentences are known, and put claims to the check.

    The documents are ingested into a library of their own, each question is asked of its own
    document, and each claim is verified against the sentences that it names.
    """
    from eval.commands.reading_text import reading_text
    from eval.reading.report import measure
    from eval.systems.settings import product_settings

    figures, lines = measure(
        files,
        product_settings(),
        documents=documents or [],
        only_test_part=test_part,
        composer=composer,
    )
    if out is not None:
        _write(out, lines)
    if as_json:
        typer.echo(json.dumps(figures, indent=2, ensure_ascii=False))
    else:
        typer.echo(reading_text(figures))


def _write(path: Path, lines: Iterable[Mapping[str, Any]]) -> None:
    from eval.errors import EvalError

    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise EvalError(f"{path} cannot be written: {error.strerror}.") from error
