"""Findings as a terminal, a pull request, a build server and a program read them."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from eval.gate import verdict_text
from eval.report.evaluation import ALL_MEASURES
from eval.report.markdown import escaped
from eval.report.wording import counted, value_of
from eval.requirements import UPDATE, Checked, Findings

CASES_SHOWN = 20
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def findings_text(found: Findings) -> str:
    """For a terminal: each demand that is not met, the cases behind it, and the end result."""
    lines = [f"NOT MET: {each.name}; found {_value(each)}" for each in _unmet(found)]
    if found.verdict is not None:
        lines.append(verdict_text(found.verdict, update=UPDATE))
    return "\n".join([*lines, _result(found)])


def findings_markdown(found: Findings) -> str:
    """For a pull request or the summary of a build."""
    header = found.evaluation.header
    lines = [
        f"## {escaped(header.system)} on {escaped(header.dataset)}",
        "",
        f"**{_result(found)}**",
        "",
        "| demand | found | met |",
        "| --- | --- | --- |",
    ]
    lines += [
        f"| {escaped(each.name)} | {_value(each)} | {'yes' if each.is_met else '**no**'} |"
        for each in found.demands
    ]
    wrong = [
        f"- {escaped(case.id)}: {escaped(case.question)} ({escaped(complaint)})"
        for case in found.evaluation.cases
        if (complaint := found.complaint(case.id))
    ]
    if wrong:
        lines += ["", "### Cases", "", *wrong[:CASES_SHOWN]]
    if len(wrong) > CASES_SHOWN:
        lines.append(f"- and {len(wrong) - CASES_SHOWN} more")
    return "\n".join(lines) + "\n"


def findings_json(found: Findings) -> dict[str, Any]:
    """For programs."""
    return {
        "met": found.is_met,
        "dataset": found.evaluation.header.dataset,
        "system": found.evaluation.header.system,
        "demands": [
            {
                "name": each.name,
                "measure": each.measure,
                "wanted": each.wanted,
                "found": each.found,
                "met": each.is_met,
            }
            for each in found.demands
        ],
        "cases": {
            case.id: complaint
            for case in found.evaluation.cases
            if (complaint := found.complaint(case.id))
        },
    }


def findings_junit(found: Findings) -> str:
    """JUnit's XML: a suite of demands and a suite of cases, as build servers show them."""
    root = Element("testsuites", name=_clean(found.evaluation.header.dataset))
    demands = [
        (each.name, None if each.is_met else f"found {_value(each)}", 0.0) for each in found.demands
    ]
    records = found.evaluation.records
    cases = [
        (
            f"{case.id}: {case.question}",
            found.complaint(case.id),
            records[case.id].seconds if case.id in records else 0.0,
        )
        for case in found.evaluation.cases
    ]
    for name, tests in (("demands", demands), ("cases", cases)):
        failed = sum(complaint is not None for _, complaint, _ in tests)
        suite = SubElement(
            root, "testsuite", name=name, tests=str(len(tests)), failures=str(failed)
        )
        for title, complaint, seconds in tests:
            test = SubElement(
                suite, "testcase", name=_clean(title), classname=name, time=f"{seconds:.3f}"
            )
            if complaint is not None:
                SubElement(test, "failure", message=_clean(complaint))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _unmet(found: Findings) -> list[Checked]:
    return [each for each in found.demands if not each.is_met]


def _result(found: Findings) -> str:
    unmet, count = len(_unmet(found)), counted(len(found.demands), "demand")
    return f"{unmet} of {count} not met." if unmet else f"All met: {count}."


def _value(each: Checked) -> str:
    return value_of(each.found, ALL_MEASURES[each.measure].unit)


def _clean(text: str) -> str:
    """Without what XML cannot hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
