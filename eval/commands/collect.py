"""`accord eval collect`: questions with no answer, or a bad one, become cases."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.conversations.records import Gap

DEFAULT_FILE = Path("from-use.jsonl")
DAY = "%Y-%m-%d"


def command(
    since: Annotated[
        datetime | None,
        typer.Option(
            formats=[DAY], metavar="DATE", help="First day on which a question was asked (UTC)."
        ),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=[DAY],
            metavar="DATE",
            help="Last day, included (UTC).",
        ),
    ] = None,
    out: Annotated[
        Path, typer.Option(help="File of cases to add to; it is made if it is missing.")
    ] = DEFAULT_FILE,
) -> None:
    """Turn unanswered and disliked questions of the service into cases.

    Reads the conversations of ACCORD_DATA_DIR or ACCORD_DATABASE_URL.

    Cases that the file has already stay as they are.
    """
    from app.conversations.use import MAX_GAPS
    from eval.collecting import append_cases, cases_from

    gaps = _gaps(None if since is None else since.date(), None if until is None else until.date())
    done = append_cases(out, cases_from(gaps))
    disliked = sum(1 for gap in gaps if gap.downs)
    typer.echo(
        f"{out}: {done.new} new, {done.known} already there; from {len(gaps)} answers, of them "
        f"{disliked} with a thumbs-down."
    )
    if len(gaps) == MAX_GAPS:
        typer.echo(f"Only the newest {MAX_GAPS:,} were read; use --until for those before.")
    if done.new:
        typer.echo(
            "Say of each new case whether the sources answer it (answerability) and what the "
            "answer must hold (facts, references, evidence); what is empty is not scored."
        )


def _gaps(since: date | None, until: date | None) -> list[Gap]:
    from app.bootstrap import open_conversations
    from app.conversations.store import FILE_NAME
    from app.errors import ChatError
    from app.settings import load_settings
    from eval.errors import EvalError

    try:
        settings = load_settings()
        if settings.database_url is None and not (settings.data_dir / FILE_NAME).exists():
            raise EvalError(
                f"{settings.data_dir} holds no conversations: nobody has asked yet, or the "
                "service keeps them elsewhere. Set ACCORD_DATA_DIR or ACCORD_DATABASE_URL as it "
                "does."
            )
        store = open_conversations(settings)
        try:
            return store.gaps(since=since, until=until, with_earlier=True)
        finally:
            store.close()
    except ChatError as error:
        raise EvalError(str(error)) from error
