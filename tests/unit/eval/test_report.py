"""Reports: same bytes for the same run, nothing from outside, all of it escaped, nothing lost."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from eval.cli import EXIT_CODE_UNUSABLE, command
from eval.compare import Comparison, compare
from eval.datasets.case_format import write_case
from eval.datasets.open import fingerprint, open_dataset
from eval.report.evaluation import Evaluation, quality
from eval.report.figures import recall_plot, risk_plot
from eval.report.html import comparison_page, report_page
from eval.report.markdown import comparison_markdown, escaped, report_markdown
from eval.report.outcome import lost, verdict
from eval.report.plots import Line, Row, dot_plot, histogram, line_plot, nice_ticks, thinned
from eval.report.wording import interval_of, p_value, seconds, signed, title_of, value_of
from eval.runs import RunHeader, RunWriter
from eval.statistics import Interval
from eval.types import FoundPassage, Quote, Record, Said, SaidCitation, SaidClaim
from tests.builders_runs import make_case, make_evaluation, make_example, make_record, make_said

HOSTILE = "<script>window.hacked=1</script><img src=//evil.example/x onerror=hacked()>\"'&</svg>"


@cache
def example() -> Evaluation:
    return make_example(count=24)


@cache
def comparison() -> Comparison:
    return compare(example(), make_example(count=24, seed=2, skill=0.95, system="wider"))


def hostile() -> Evaluation:
    said = make_said(
        HOSTILE,
        claims=(SaidClaim(HOSTILE, (1,)),),
        citations=(SaidCitation(1, HOSTILE, HOSTILE),),
        passages=(FoundPassage(HOSTILE, HOSTILE, 0.5),),
        message=HOSTILE,
    )
    case = make_case(
        HOSTILE,
        question=HOSTILE,
        facts=((HOSTILE,),),
        references=(HOSTILE,),
        evidence=(Quote(HOSTILE, HOSTILE),),
        relevant={HOSTILE: 1},
        tags=(HOSTILE, "plain"),
        notes=HOSTILE,
    )
    records = [make_record(HOSTILE, said), Record("failed", None, HOSTILE, 1.0)]
    return make_evaluation(
        [case, make_case("failed", tags=("plain",))],
        records,
        system=HOSTILE,
        dataset=HOSTILE,
        settings={HOSTILE: HOSTILE},
        started=HOSTILE,
    )


def without_timings(page: str) -> str:
    kept, found = re.subn(r"<!-- timings.*?<!-- end of timings -->", "", page, flags=re.S)
    assert found == 1
    return kept


@pytest.mark.parametrize("write", [report_page, report_markdown])
def test_same_run_gives_the_same_bytes_apart_from_timings(write: object) -> None:
    assert callable(write)
    run = make_example(count=12)
    later = make_evaluation(
        run.cases,
        [replace(each, seconds=each.seconds * 1.7 + 0.001) for each in run.records.values()],
        started="2031-12-24T23:59:59Z",
    )
    assert write(run) == write(make_example(count=12))
    assert write(run) != write(later)
    assert without_timings(write(run)) == without_timings(write(later))


@pytest.mark.parametrize("write", [comparison_page, comparison_markdown])
def test_same_comparison_gives_the_same_bytes(write: object) -> None:
    assert callable(write)
    assert write(comparison()) == write(comparison())
    assert "<!-- end of timings -->" in write(comparison())


def test_what_systems_and_datasets_say_is_escaped() -> None:
    for page in (report_page(hostile()), comparison_page(compare(hostile(), hostile()))):
        assert "&lt;script&gt;" in page
        assert not re.search(r"<(script|img|iframe|object|embed|form)\b", page)
        assert not re.search(r"<[^>]+\son\w+\s*=", page)


def test_page_fetches_nothing() -> None:
    for page in (report_page(example()), comparison_page(comparison())):
        addresses = re.findall(r"""(?:src|href)\s*=\s*["']?([^"'\s>]+)""", page)
        assert all(each.startswith("#") or each == "data:," for each in addresses)
        assert "@import" not in page
        assert "url(" not in page


def test_every_question_stands_in_the_page_whatever_became_of_it() -> None:
    page = report_page(example())
    for case in example().cases:
        assert f"{case.id} ·" in page
    assert lost(example()) == 2
    assert "2 questions got no answer" in page
    assert "The run has no record of this question." in page
    assert "did not answer within 30 s" in page


def test_worst_answers_come_first() -> None:
    page = report_page(example())
    run = example()
    grades = {case.id: quality(run.scores[case.id]) for case in run.cases}
    shown = [found for found in re.findall(r"(q\d{3}) ·", page) if run.records.get(found)]
    answered = [each for each in shown if run.records[each].said is not None]
    marks = [grades[each] or 0.0 for each in answered]
    assert marks == sorted(marks)


def test_comparison_shows_both_answers() -> None:
    page = comparison_page(comparison())
    assert comparison().better
    assert "Only here:" in page
    assert verdict(comparison()) in page


def test_empty_dataset_and_bare_run_have_a_report() -> None:
    bare = make_evaluation([make_case(tags=(), facts=())], [])
    assert "Nothing to draw" in report_page(bare)
    assert "got no answer" in report_markdown(bare)
    assert "0 questions" in report_page(make_evaluation([], []))


def test_verdict_of_equal_runs() -> None:
    assert verdict(compare(example(), example())) == "Both runs score the same."


def test_markdown_neither_links_nor_mentions_nor_breaks_the_table() -> None:
    text = escaped("see https://evil.example | @someone #12\n![x](y) <b>")
    assert "\n" not in text
    assert "https:" not in text
    assert "@s" not in text
    assert "<b>" not in text
    assert r"\|" in text
    assert r"\#12" in text
    assert r"!\[x\]" in text.replace("\\!", "!")
    rows = [line for line in report_markdown(hostile()).splitlines() if line.startswith("| ")]
    assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) == 2  # two tables' widths


def test_recall_curve_by_hand() -> None:
    # q1: relevant a, b; found x, a, b: 0, ½, 1 … q2: relevant c, no answer: 0 throughout
    # mean: 0, ¼, ½, ½ …
    found = tuple(FoundPassage(source, source, 1.0) for source in ("x", "a", "a", "b"))
    run = make_evaluation(
        [make_case("q1", relevant={"a": 1, "b": 2, "x": 0}), make_case("q2", relevant={"c": 1})],
        [make_record("q1", make_said(passages=found))],
    )
    plot = recall_plot([("ours", run)])
    assert plot is not None
    assert "share found 0 % at sources read 1 to 50 % at sources read 20" in plot.svg


def test_no_curve_without_judgements_or_scores() -> None:
    run = make_evaluation([make_case()], [make_record(said=make_said(answerability=None))])
    assert recall_plot([("ours", run)]) is None
    assert risk_plot([("ours", run)]) is None


def shown(value: float) -> str:
    return f"{value:.2f}"


shares = st.floats(0, 1)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.text(max_size=50), shares, shares, shares), min_size=1, max_size=6),
    st.lists(st.floats(1e-4, 1e4), min_size=1, max_size=30),
)
def test_plots_are_well_formed_told_in_words_and_inside_their_frame(
    rows: list[tuple[str, float, float, float]], times: list[float]
) -> None:
    dots = dot_plot(
        "Dots",
        [Row(_printable(label), mid, Interval(min(a, b), max(a, b))) for label, mid, a, b in rows],
        limits=(0.0, 1.0),
        shown=shown,
    )
    lines = line_plot(
        "Lines",
        [Line(_printable(label), ((0.0, a), (1.0, b))) for label, _, a, b in rows[:3]],
        axes=("Right", "Up"),
        limits=((0.0, 1.0), (0.0, 1.0)),
        shown=(shown, shown),
    )
    spread = histogram("Times", times, marks={"p50": times[0]}, axis="Time", shown=seconds)
    for plot in (dots, lines, spread):
        svg = ET.fromstring(plot.svg)
        assert svg.get("role") == "img"
        told = [svg.find("title"), svg.find("desc")]
        assert all(each is not None and each.text for each in told)
        assert svg.get("aria-labelledby") == " ".join(
            str(e.get("id")) for e in told if e is not None
        )
        _, _, width, height = map(float, svg.get("viewBox", "").split())
        for mark in svg.iter():
            for name in ("cx", "x1", "x2"):
                assert -1 <= float(mark.get(name, 0)) <= width + 1
            for name in ("cy", "y1", "y2"):
                assert -1 <= float(mark.get(name, 0)) <= height + 1


def _printable(text: str) -> str:
    """XML has no control characters, however written; texts of answers are cleaned of them."""
    return "".join(char for char in text if char.isprintable())


@settings(max_examples=50, deadline=None)
@given(st.floats(-100, 100), st.floats(0.01, 1000))
def test_ticks_lie_on_the_scale_in_even_steps(low: float, span: float) -> None:
    ticks = nice_ticks(low, low + span)
    assert all(low - 1e-6 <= tick <= low + span + 1e-6 for tick in ticks)
    assert 1 <= len(ticks) <= 9
    steps = {round(b - a, 6) for a, b in zip(ticks, ticks[1:], strict=False)}
    assert len(steps) <= 1


def test_ticks_by_hand() -> None:
    assert nice_ticks(0, 1) == [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert nice_ticks(1, 20) == [5, 10, 15, 20]
    assert nice_ticks(3, 3) == [3]


def test_thinned_curve_keeps_its_ends() -> None:
    points = [(float(n), 0.0) for n in range(1000)]
    kept = thinned(points, 50)
    assert len(kept) == 50
    assert (kept[0], kept[-1]) == (points[0], points[-1])
    assert thinned(points[:50], 50) == tuple(points[:50])


def test_numbers_are_written_for_people() -> None:
    assert value_of(0.775, "share") == "77.5 %"
    assert value_of(None, "share") == "–"
    assert value_of(0.0123, "s") == "12 ms"
    assert value_of(1234, "words") == "1,234"
    assert interval_of(Interval(0.5, 0.625), "share") == "50.0 to 62.5 %"
    assert (signed(0.031), signed(-0.031), signed(0.0)) == ("+3.1", "−3.1", "±0.0")
    assert (p_value(0.0004), p_value(0.034), p_value(0.5)) == ("< 0.001", "0.034", "0.50")
    assert (title_of("ndcg@10"), title_of("evidence_recall@5")) == ("nDCG@10", "Evidence recall@5")


def kept(folder: Path, name: str, said: Said) -> Path:
    """A run file over `cases.jsonl` in the same folder."""
    cases = folder / "cases.jsonl"
    case = make_case(question="What was bought?")
    cases.write_text(write_case(case) + "\n", encoding="utf-8")
    header = RunHeader(str(cases), fingerprint(open_dataset(str(cases))), name)
    with RunWriter(folder / f"{name}.jsonl", header) as writer:
        writer.write(make_record(case.id, said))
    return folder / f"{name}.jsonl"


def test_report_command_writes_both_forms(tmp_path: Path) -> None:
    run = kept(tmp_path, "extractive", make_said())
    html, markdown = tmp_path / "out" / "a.html", tmp_path / "out" / "a.md"
    result = CliRunner().invoke(
        command, ["report", str(run), "--html", str(html), "--markdown", str(markdown)]
    )
    assert result.exit_code == 0, result.output
    assert "Facts said" in result.output
    assert "What was bought?" in html.read_text(encoding="utf-8")
    assert "**100.0 %**" in markdown.read_text(encoding="utf-8")


def test_compare_command_says_what_got_worse(tmp_path: Path) -> None:
    good = kept(tmp_path, "good", make_said())
    bad = kept(tmp_path, "bad", make_said("Eastgate it was."))
    html, markdown = tmp_path / "c.html", tmp_path / "c.md"
    result = CliRunner().invoke(
        command, ["compare", str(good), str(bad), "--html", str(html), "--markdown", str(markdown)]
    )
    assert result.exit_code == 0, result.output
    assert "Answered worse: 1" in result.output
    assert "q1: What was bought?" in result.output
    for report in (html, markdown):
        text = report.read_text(encoding="utf-8")
        assert "Eastgate it was." in text
        assert "Harbor Foods bought Northwind." in text


def test_run_of_a_dataset_that_has_changed_is_refused(tmp_path: Path) -> None:
    run = kept(tmp_path, "extractive", make_said())
    other = write_case(make_case(question="What was sold?"))
    (tmp_path / "cases.jsonl").write_text(other + "\n", encoding="utf-8")
    result = CliRunner().invoke(command, ["report", str(run)])
    assert result.exit_code == EXIT_CODE_UNUSABLE
    assert "other cases" in result.output
