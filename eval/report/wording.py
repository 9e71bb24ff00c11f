"""How reports write numbers and name measures."""

from __future__ import annotations

from collections.abc import Mapping

from eval.statistics import Interval

MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EN DASH}"

_TITLES: Mapping[str, str] = {
    "rr": "Reciprocal rank",
    "ap": "Average precision",
    "facts": "Facts said",
    "all_facts": "All facts said",
    "rouge_l": "ROUGE-L",
    "rouge_l_recall": "ROUGE-L recall",
    "rouge_1_recall": "ROUGE-1 recall",
    "token_f1": "Token F1",
    "quotes_exact": "Exact quotes",
    "refusal": "Right to answer or refuse",
    "refusal_f1": "Refusal F1",
    "refusal_auroc": "Refusal AUROC",
    "aurc": "Area under risk-coverage",
    "cost_usd": "Cost",
    "cost_usd_total": "Cost in all",
    "seconds": "Time of an answer",
    "num_cases": "Questions",
    "num_missing": "Without an answer",
    "num_refused": "Refused",
}


def title_of(name: str) -> str:
    """A measure's name as a person reads it."""
    if name in _TITLES:
        return _TITLES[name]
    if name.startswith("seconds_p"):
        return f"Time, {name.removeprefix('seconds_p')}th percentile"
    words = name.replace("ndcg", "nDCG").replace("_", " ")
    return words if words.startswith("nDCG") else words[:1].upper() + words[1:]


def value_of(value: float | None, unit: str) -> str:
    """A value in its unit; shares in percent with one decimal."""
    if value is None:
        return NOTHING
    match unit:
        case "share":
            return f"{100 * value:.1f} %"
        case "s":
            return seconds(value)
        case "USD":
            return f"${value:,.4f}"
        case "score":
            return f"{value:.3f}"
        case _:
            return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def interval_of(interval: Interval | None, unit: str) -> str:
    """An interval in its unit, which is said once."""
    if interval is None:
        return NOTHING
    if unit == "share":
        return f"{100 * interval.low:.1f} to {100 * interval.high:.1f} %"
    return f"{value_of(interval.low, unit)} to {value_of(interval.high, unit)}"


def difference_of(difference: float, unit: str) -> str:
    """A signed difference; of shares in points of a hundred."""
    if unit == "share":
        return signed(difference)
    size = value_of(abs(difference), unit)
    return _with_sign(difference, size)


def difference_interval_of(interval: Interval | None, unit: str) -> str:
    """The interval of a difference."""
    if interval is None:
        return NOTHING
    return f"{difference_of(interval.low, unit)} to {difference_of(interval.high, unit)}"


def signed(share: float) -> str:
    """A difference of two shares, in points of a hundred."""
    return _with_sign(round(share, 6), f"{100 * abs(share):.1f}")


def p_value(p: float | None) -> str:
    """A p-value, with as many digits as it is good for."""
    if p is None:
        return NOTHING
    if p < 0.001:
        return "< 0.001"
    return f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def percent(share: float) -> str:
    """A share in whole percent."""
    return f"{100 * share:.0f} %"


def seconds(value: float) -> str:
    """A duration, in the unit that needs no zeros."""
    if value < 0.9995:
        return f"{1000 * value:.0f} ms" if value >= 0.01 else f"{1000 * value:.1f} ms"
    return f"{value:.1f} s" if value < 100 else f"{value:.0f} s"


def whole(value: float) -> str:
    """A count."""
    return f"{value:.0f}"


def counted(count: int, noun: str) -> str:
    """A count and its noun, in the plural where it has to be."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _with_sign(value: float, size: str) -> str:
    if value == 0:
        return f"\N{PLUS-MINUS SIGN}{size}"
    return f"{'+' if value > 0 else MINUS}{size}"
