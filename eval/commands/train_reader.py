"""`accord eval train-reader`: train the reader from the start, or further, and export it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from app.reading.pairs import Pairs
    from eval.training.data import TrainingData
    from eval.training.network import ReaderNetwork
    from vectorstore.embedding.weights import ModelFiles

FRESH, FURTHER = 1.5e-4, 6e-5
"""Rates of learning from the base, and from weights that read already, for batches of 32."""

LEAST = (0.05, 0.0)
"""Chances from which a question's window is read on behind each exit."""


def command(
    data: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FOLDER",
            help="Folders of documents, claims and conversations; eval/datasets/reading if none.",
            show_default=False,
        ),
    ] = None,
    public: Annotated[
        Path | None,
        typer.Option(help="Folder of public sets in the same form; docs/reader.md names them."),
    ] = None,
    init: Annotated[
        Path | None,
        typer.Option(help="Weights to continue from, such as app/reading/reader.npz."),
    ] = None,
    minutes: Annotated[float, typer.Option(min=0.0, help="How long to train.")] = 45.0,
    out: Annotated[Path, typer.Option(help="File to write the weights into.")] = Path("reader.npz"),
    checkpoint: Annotated[
        Path | None,
        typer.Option(
            help="State of the training, from which it continues if the file exists. "
            "Default: next to the weights."
        ),
    ] = None,
    teacher: Annotated[
        Path | None,
        typer.Option(
            help="Folder of a larger encoder, such as all-mpnet-base-v2, that learns first and "
            "is imitated then. For a graphics card."
        ),
    ] = None,
    teacher_minutes: Annotated[
        float, typer.Option(min=0.0, help="How long to train the teacher.")
    ] = 4.0,
    size: Annotated[int, typer.Option(min=1, help="Windows in a batch.")] = 32,
    rate: Annotated[
        float | None,
        typer.Option(help=f"Learning rate; default: {FURTHER} with --init, {FRESH} without."),
    ] = None,
    fresh: Annotated[
        list[str] | None,
        typer.Option(
            help="File, such as staff10, whose examples make up nearly half of our own; repeat it.",
            show_default=False,
        ),
    ] = None,
    upper: Annotated[
        bool,
        typer.Option(
            "--upper",
            help="Learn only behind the first exit: twice as fast, for weights that read already.",
        ),
    ] = False,
    levels: Annotated[
        int,
        typer.Option(
            min=2,
            max=127,
            help="Largest integer of a stored weight. 127 keeps what a short training changes; 12 "
            "makes the file half as large, and needs millions of windows.",
        ),
    ] = 127,
    kept: Annotated[
        float,
        typer.Option(
            min=0.0, max=1.0, help="Share of the weights of --init in the mean that is written."
        ),
    ] = 0.0,
    workers: Annotated[
        int, typer.Option(min=0, help="Processes that prepare batches; for a graphics card.")
    ] = 0,
    seed: Annotated[int, typer.Option(help="Seed of the choice and order of examples.")] = 0,
) -> None:
    """Train the reader, calibrate it on the test part, and write its weights with their card."""
    from app.reading.errors import ReaderError
    from app.reading.pairs import Pairs
    from eval.errors import EvalError
    from eval.training.data import gathered
    from eval.training.run import Plan, learn
    from vectorstore.embedding.weights import locate

    if not out.resolve().parent.is_dir():
        raise EvalError(f"There is no folder {out.resolve().parent} to write the weights into.")
    pairs = gathered(data or [], public, seed=seed)
    base = locate()
    plan = Plan(
        minutes=minutes,
        rate=rate or (FURTHER if init else FRESH),
        size=size,
        seed=seed,
        workers=workers,
        teacher=teacher,
        teacher_minutes=teacher_minutes,
        fresh=fresh or (),
        upper=upper,
        levels=levels,
        kept=kept,
    )
    try:
        cutter = Pairs(base.transformer_folder / "tokenizer.json")
        _say(f"{len(pairs.own)} pairs of our own to learn from, {len(pairs.test)} to test on")
        state = checkpoint or out.with_suffix(".checkpoint.pt")
        network, start = learn(pairs, base, init, plan, checkpoint=state, say=_say)
        trained = {
            "minutes": minutes,
            "seed": seed,
            "from": start,
            "teacher": teacher.name if teacher else None,
            "fresh": list(fresh or ()),
            "upper": upper,
            "levels": levels,
            "kept": kept,
        }
        _write(network, base, cutter, pairs, out, trained)
    except ReaderError as error:
        raise EvalError(str(error)) from error


def _write(
    network: ReaderNetwork,
    base: ModelFiles,
    cutter: Pairs,
    pairs: TrainingData,
    out: Path,
    trained: dict[str, Any],
) -> None:
    """The weights as they ship, calibrated by what they say in the form in which they ship."""
    from app.reading.build import build_cross_encoder
    from eval.training.calibrating import figures, fitted, read_all
    from eval.training.export import export

    names = ("answers", "sentences", "supports", "depends", "conflicts")
    stages = range(len(network.depths))
    card: dict[str, Any] = {
        "calibration": [{name: [1.0, 0.0] for name in names} for _ in stages],
        "least": list(LEAST),
    }
    partial = out.with_name(f"{out.stem}.partial.npz")
    export(network, base, partial, card, levels=trained["levels"])
    reader = build_cross_encoder(path=partial)
    found = [read_all(reader, cutter, pairs.test, stage=stage) for stage in stages]
    lines = [{name: fitted(each[name]) for name in names} for each in found]
    card = {
        "calibration": [
            {name: [line.slope, line.offset] for name, line in each.items()} for each in lines
        ],
        "least": list(LEAST),
        "data": pairs.counts(),
        "figures": figures(found[-1]),
        "trained": trained,
    }
    export(network, base, partial, card, levels=trained["levels"])
    partial.replace(out)
    for name, row in card["figures"].items():
        auroc = f"AUROC {row['auroc']:.3f}" if "auroc" in row else "too few for a figure"
        _say(f"{name}: {row['count']} labels of the test part, {auroc}")
    typer.echo(f"Weights: {out}")


def _say(line: str) -> None:
    typer.echo(line, err=True)
