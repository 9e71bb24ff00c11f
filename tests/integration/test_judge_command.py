"""`accord eval judge` with a real client and a scripted model."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.cli import command
from eval.datasets.case_format import write_case
from eval.datasets.open import fingerprint, open_dataset
from eval.runs import RunHeader, RunWriter
from eval.types import Case, Record, Said, SaidCitation, SaidClaim
from tests.scripted_model_server import Request, ScriptedServer, Turn, scripted

CASES = (
    Case("q1", "When was Aetna bought?", references=("In 2018.",)),
    Case("q2", "By whom?", references=("By CVS.",)),
    Case("q3", "For how much?"),
    Case("q4", "Why?", references=("For growth.",)),
)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    with scripted() as running:
        monkeypatch.setenv("ACCORD_MODEL", "openai:scripted")
        monkeypatch.setenv("ACCORD_MODEL_BASE_URL", running.url + "/v1")
        monkeypatch.setenv("ACCORD_MODEL_INPUT_PRICE", "2")
        monkeypatch.setenv("ACCORD_MODEL_OUTPUT_PRICE", "10")
        yield running


def prompt_of(request: Request) -> str:
    return str(request.body["messages"][0]["content"])


def judge(*arguments: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(command, ["judge", *map(str, arguments)])
    return result.exit_code, result.output


@pytest.fixture
def run(tmp_path: Path) -> tuple[Path, Path]:
    """A run of the first three cases, and its dataset; q4 was never answered."""
    dataset = tmp_path / "cases.jsonl"
    dataset.write_text("".join(write_case(case) + "\n" for case in CASES))
    path = tmp_path / "run.jsonl"
    header = RunHeader("cases", fingerprint(open_dataset(str(dataset))), "extractive")
    with RunWriter(path, header) as writer:
        for case in CASES[:2]:
            claims = (SaidClaim(f"Answer to {case.id}.", (1,)),)
            said = Said("answered", claims, (SaidCitation(1, "a", f"Quote for {case.id}."),))
            writer.write(Record(case.id, said, None, 0.1))
        writer.write(Record("q3", Said("abstained", message="Not in the sources."), None, 0.1))
    return path, dataset


def verdict(request: Request) -> Turn:
    prompt = prompt_of(request)
    if "verdict: correct|" in prompt:
        return Turn("verdict: correct" if "Answer to q1." in prompt else "I would say correct.")
    if "verdict: faithful|" in prompt:
        assert "Quote for q" in prompt
        return Turn("verdict: mostly_faithful")
    return Turn("verdict: helpful" if "Answer to" in prompt else "verdict: unhelpful")


def test_run_is_judged_and_reported(server: ScriptedServer, run: tuple[Path, Path]) -> None:
    server.choose = verdict
    code, output = judge(*run)
    assert code == 0, output
    rows = dict(re.findall(r"^\| (\w+ness) \| (.*) \|$", output, re.M))
    # q1 correct, q2 unreadable, q3 has no reference, q4 no answer: (1 + 0) / 2
    assert rows["correctness"].startswith("0.50 | 2 | 1 | 1 |")
    # q1 and q2 mostly, q3 refused, q4 no answer: (2/3 + 2/3 + 0) / 3 = 0.44
    assert rows["faithfulness"].startswith("0.44 | 3 | 0 | 1 |")
    # q1 and q2 helpful, q3 not, q4 no answer: (1 + 1 + 0 + 0) / 4
    assert rows["helpfulness"].startswith("0.50 | 4 | 0 | 0 |")
    # 7 requests of 100 + 20 tokens; 7 x (100 x 2 + 20 x 10) / 1e6 = 0.0028
    assert len(server.requests) == 7
    assert "Tokens: 700 in, 140 out; 0.0028 US dollars." in output


def test_record_keeps_model_and_prompts(server: ScriptedServer, run: tuple[Path, Path]) -> None:
    server.choose = verdict
    judge(*run)
    header = json.loads(run[0].with_suffix(".judged.jsonl").read_text().splitlines()[0])
    assert header["model"] == "openai:scripted"
    assert header["prompts"].keys() == {"correctness", "faithfulness", "helpfulness"}
    assert all(re.fullmatch("[0-9a-f]{16}", value) for value in header["prompts"].values())


def test_second_time_asks_nothing_and_reports_the_same(
    server: ScriptedServer, run: tuple[Path, Path]
) -> None:
    server.choose = verdict
    first = judge(*run, "--judge", "helpfulness")
    count = len(server.requests)
    assert judge(*run, "--judge", "helpfulness") == first
    assert len(server.requests) == count


def test_interrupted_judging_goes_on(
    server: ScriptedServer, run: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCORD_MODEL_CONCURRENCY", "1")  # q1 comes first
    server.will(Turn("verdict: helpful"), Turn(status=401))
    code, output = judge(*run, "--judge", "helpfulness")
    assert code == 2
    assert "does not accept the key" in output
    assert "goes on from there" in output
    server.choose = verdict
    code, output = judge(*run, "--judge", "helpfulness")
    assert code == 0
    assert "| helpfulness | 0.50 | 4 | 0 |" in output
    # q1 and the refused q2, then q2 and q3; q4 was never answered.
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Name a run and its dataset"),
        (["run.jsonl"], "Name a run and its dataset"),
        (["run.jsonl", "golden", "--judge", "beauty"], "There is no judge 'beauty'"),
        (["nonesuch.jsonl", "golden"], "cannot be read"),
    ],
)
def test_what_cannot_be_judged_is_said(arguments: list[str], message: str) -> None:
    code, output = judge(*arguments)
    assert code == 2
    assert message in output


def test_other_dataset_is_noticed(run: tuple[Path, Path], tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text(write_case(CASES[3]) + "\n")
    code, output = judge(run[0], other)
    assert code == 2
    assert "does not have, such as 'q1'" in output


def test_without_a_model_the_setting_is_named(
    run: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ACCORD_MODEL", raising=False)
    code, output = judge(*run)
    assert code == 2
    assert "ACCORD_MODEL is not set" in output


@pytest.fixture
def rated(tmp_path: Path) -> Path:
    """Six tasks with answers of a person and a system, each liked better than the one before."""
    folder = tmp_path / "rated"
    folder.mkdir()
    passage = {"_id": "p1", "title": "A page", "text": "What the page says."}
    (folder / "passages.jsonl").write_text(json.dumps(passage) + "\n")
    lines = []
    for number in range(6):
        share = 1 + number * 0.6  # 1.0, 1.6, 2.2, 2.8, 3.4, 4.0
        aspects = ("naturalness", "appropriateness", "completeness", "faithfulness")
        measures = ("RougeL", "Bert-Rec", "Bert-KPrec", "rl_f", "rb_llm", "rb_agg")
        stored = dict.fromkeys(aspects, share) | dict.fromkeys(measures, number / 10)
        task = {
            "_id": f"t{number}",
            "conversation": [{"role": "user", "content": f"Question {number}?"}],
            "reference_answer": "By a person.",
            "answerability": "ANSWERABLE",
            "collection": "made up",
            "reference_passages": ["p1"],
            "systems": {
                "reference": {"response": "By a person.", **stored},
                "system": {"response": f"Level {round(share - 1)}.", **stored},
            },
        }
        lines.append(json.dumps(task) + "\n")
    (folder / "tasks.jsonl").write_text("".join(lines))
    return folder


def agreeing(request: Request) -> Turn:
    """Says what people said, as near as four words allow; nothing where they said 1.6."""
    prompt = prompt_of(request)
    level = re.search(r"Level (\d)\.", prompt)
    words = re.findall(r"^- (\w+):", prompt, re.M)
    assert level, "the answer of a person was to be left out"
    return Turn("Well." if "Question 1?" in prompt else f"verdict: {words[3 - int(level[1])]}")


def test_agreement_with_people_is_reported(
    server: ScriptedServer, rated: Path, tmp_path: Path
) -> None:
    server.choose = agreeing
    out = tmp_path / "calibration.jsonl"
    code, output = judge("--calibrate", rated, "--judge", "faithfulness", "--out", out)
    assert code == 0, output
    # Shares 0 .4 .6 .8 1 are levels 0 1 2 2 3, and so the judge said; that of .2 is unscored.
    # Ranks of the judge 1 2 3.5 3.5 5 against 1 to 5: Sxy = Sxx = 9.5, Syy = 10;
    # 9.5 / sqrt(9.5 * 10) = 0.975
    row = re.search(r"^\| faithfulness \| faithfulness \| 5 \| 1 \| (.*) \|$", output, re.M)
    assert row, output
    assert row[1].startswith("0.97 (")
    assert row[1].endswith("| 1.00 | 1.00")
    assert "| rb_llm (stored) | completeness | 6 | 0 | 1.00" in output
    assert len(out.read_text().splitlines()) == 7


def test_judge_that_always_says_the_same_agrees_with_nobody(
    server: ScriptedServer, rated: Path, tmp_path: Path
) -> None:
    server.will(Turn("verdict: correct"))
    out = tmp_path / "calibration.jsonl"
    code, output = judge("--calibrate", rated, "--judge", "correctness", "--out", out)
    assert code == 0, output
    assert len(server.requests) == 6
    assert "| correctness | completeness | 6 | 0 | – | 0.00 | 0.00 |" in output
