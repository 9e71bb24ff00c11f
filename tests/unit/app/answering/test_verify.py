"""Paraphrases that must pass and corruptions that must not, of sentences of the sample corpus."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.verify import Check, is_run_of, verify

COMPLETED = "CVS Health completed its acquisition of Aetna on 28 November 2018."
CASH = (
    "Aetna's shareholders received $145.00 in cash and 0.8378 CVS Health shares for "
    "each share that they held."
)
VALUE = (
    "CVS Health put the value of the transaction at about $212 for each Aetna share, "
    "or roughly $70 billion."
)
DEBT = "With Aetna's debt, the total came to about $78 billion."
PENDING = (
    "CVS Health has agreed to buy the insurer Aetna, but the merger has not been completed yet."
)
HOPE = "The companies have said that they hope to close before the end of 2018."
OPPOSED = "The American Medical Association opposed the merger."
WARNING = (
    "In August 2018 it warned that the combination could reduce competition, raise "
    "premiums and lower the quality of care."
)
GAWANDE = "Atul Gawande, a surgeon and writer, was named chief executive in June 2018."
ACCOUNT = "Haven never published a full account of its reasons."
EMPLOYED = "Together the three employed more than one million people."
PAID = (
    "Pfizer paid BioNTech $185 million at the start: $72 million in cash and $113 "
    "million for shares of BioNTech."
)
MILESTONES = (
    "BioNTech could receive up to $563 million more as milestones were reached, "
    "which made the possible total $748 million."
)
COSTS = "Development costs are shared equally."
VOTES = "Nissan held 15 % of Renault, but without the right to vote."
BOUGHT = (
    "In that year Renault bought 36.8 % of Nissan, which was deep in debt, for about $5.4 billion."
)
DISCUSSED = "A merger was discussed in 2019 and did not come about."
AMPERE = (
    "Nissan agreed to invest up to 600 million euros in Ampere, Renault's unit for electric cars."
)
CHARGES = "Ghosn has denied the charges against him."
DELIVERIES = "First deliveries in California were planned for the middle of 2026."
PRICES = "The price starts at $89,900, and the dearer version costs $102,900."
OHIO = "Honda builds the cars at one of its plants in Ohio."
HEAD = "The head of the venture, Yasuhide Mizuno, came from Honda."
PRESIDENT = "Its president, Izumi Kawanishi, came from Sony."
NO_OWNER = "No member owns the alliance."
LEFT = (
    "Scandinavian Airlines, one of the five founders, left Star Alliance at the end of August 2024."
)
FOREIGNERS = (
    "In the United States, for example, foreigners may hold no more than a quarter of the votes."
)
ANNOUNCED = (
    "The agreement was announced on 7 May 2018, and the transaction was completed at "
    "the end of August 2018."
)
RETURN = (
    "Starbucks announced that it would return about $20 billion to its shareholders "
    "through buybacks and dividends by the end of its financial year 2020."
)
LASTS = "It is to last seven years."
CORNERS = (
    'In 2019 the partners planned to test up to twelve "digital health corners" in '
    "Walgreens stores."
)
NO_FIGURE = "The announcement gave no figure for the money that each side invests."
CLOUD = (
    "Most of its computing will move to Microsoft Azure, and more than 380,000 "
    "employees will get Microsoft 365."
)
NO_PAYMENT = (
    "The announcement named no payment between the two, and neither bought shares of the other."
)
EXCLUSIVE = "Apple and IBM announced an exclusive partnership on 15 July 2014."
GOAL = (
    "In December 2015 the partners said that they had reached their goal of 100 "
    "applications, for 14 industries and 65 professions."
)
APPROVED = (
    "The New York Department of Financial Services approved the transaction two days "
    "before the closing, on 26 November 2018."
)
JOINED = "It joined SkyTeam on 1 September 2024."
FREE = "They said that it would be free from profit-making incentives and constraints."
FELL = "On the day of the announcement the shares of several insurers and pharmacy companies fell."
LASTED = "It had lasted three years."
STRATEGIC = (
    "Walgreens Boots Alliance and Microsoft announced a strategic partnership on 15 January 2019."
)

CORRUPTIONS: dict[str, list[tuple[str, list[str]]]] = {
    "changed_number": [
        ("CVS Health completed its acquisition of Aetna on 29 November 2018.", [COMPLETED]),
        ("CVS Health completed its acquisition of Aetna on 28 November 2019.", [COMPLETED]),
        ("CVS Health completed its acquisition of Aetna on 28 December 2018.", [COMPLETED]),
        ("CVS Health completed its acquisition of Aetna in October 2018.", [COMPLETED]),
        ("The transaction was worth roughly $78 billion.", [VALUE]),
        ("CVS Health put the value of the transaction at roughly $70 million.", [VALUE]),
        ("CVS Health put the value of the transaction at roughly 70 billion euros.", [VALUE]),
        ("CVS Health put the value of the transaction at about $70 for each Aetna share.", [VALUE]),
        ("Aetna's shareholders received $0.8378 in cash for each share.", [CASH]),
        (
            "Aetna's shareholders received $145.00 and 8.378 CVS Health shares for each share.",
            [CASH],
        ),
        ("The partnership is to last seven months.", [LASTS]),
        ("It is to last eight years.", [LASTS]),
        ("It is to last 17 years.", [LASTS]),
        ("More than 38,000 employees will get Microsoft 365.", [CLOUD]),
        ("More than 380,000 employees will get Microsoft 356.", [CLOUD]),
        ("Nissan held 51 % of Renault.", [VOTES]),
        ("Renault bought 36.8 % of Nissan for about 5.4 billion euros.", [BOUGHT]),
        ("Renault bought 36.8 of Nissan.", [BOUGHT]),
        ("Nissan agreed to invest up to $600 million in Ampere.", [AMPERE]),
        (
            "The partners planned to test up to twenty digital health corners in Walgreens stores.",
            [CORNERS],
        ),
        (
            "In December 2015 the partners reached their goal of 100 applications for 65 "
            "industries.",
            [GOAL],
        ),
        ("In December 2015 the partners had reached their goal of 65 applications.", [GOAL]),
    ],
    "moved_number": [
        ("The price starts at $102,900.", [PRICES]),
        ("The dearer version costs $89,900.", [PRICES]),
        ("Pfizer paid BioNTech $113 million in cash.", [PAID]),
        ("BioNTech could receive up to $748 million more.", [MILESTONES]),
        ("Pfizer paid BioNTech $72 million for shares of BioNTech.", [PAID]),
    ],
    "changed_name": [
        ("CVS Health completed its acquisition of Cigna on 28 November 2018.", [COMPLETED]),
        ("Walgreens completed its acquisition of Aetna on 28 November 2018.", [COMPLETED]),
        ("Toyota builds the cars at one of its plants in Ohio.", [OHIO]),
        ("Honda builds the cars at one of its plants in Texas.", [OHIO]),
        ("Sony builds the cars at one of its plants in Ohio.", [OHIO]),
        ("The head of the venture, Izumi Kawanishi, came from Honda.", [HEAD, PRESIDENT]),
        ("The head of the venture, Yasuhide Mizuno, came from Sony.", [HEAD, PRESIDENT]),
        ("Tim Cook was named chief executive in June 2018.", [GAWANDE]),
        ("Renault held 15 % of Nissan, but without the right to vote.", [VOTES]),
        ("Nissan bought 36.8 % of Renault for about $5.4 billion.", [BOUGHT]),
        ("Aetna completed its acquisition of CVS Health on 28 November 2018.", [COMPLETED]),
        ("Apple and Microsoft announced an exclusive partnership on 15 July 2014.", [EXCLUSIVE]),
    ],
    "negation": [
        ("CVS Health did not complete its acquisition of Aetna.", [COMPLETED]),
        ("The merger has been completed.", [PENDING]),
        (
            "CVS Health has agreed to buy the insurer Aetna and the merger has been completed.",
            [PENDING],
        ),
        ("Haven published a full account of its reasons.", [ACCOUNT]),
        ("A merger was discussed in 2019 and came about.", [DISCUSSED]),
        ("A member owns the alliance.", [NO_OWNER]),
        ("The announcement gave a figure for the money that each side invests.", [NO_FIGURE]),
        (
            "Neither bought shares of the other, and the announcement named a payment "
            "between the two.",
            [NO_PAYMENT],
        ),
        (
            "The announcement named no payment between the two, and each bought shares of "
            "the other.",
            [NO_PAYMENT],
        ),
        ("Nissan held 15 % of Renault, with the right to vote.", [VOTES]),
        ("Ghosn has admitted the charges against him.", [CHARGES]),
        ("Development costs are not shared equally.", [COSTS]),
        ("The American Medical Association supported the merger.", [OPPOSED]),
        ("The combination has not reduced competition.", [WARNING]),
    ],
    "dropped_hedge": [
        ("The combination reduced competition and raised premiums.", [WARNING]),
        ("The combination will reduce competition.", [WARNING]),
        ("First deliveries in California were in the middle of 2026.", [DELIVERIES]),
        ("The companies will close before the end of 2018.", [HOPE]),
        ("The companies closed before the end of 2018.", [HOPE]),
        ("BioNTech received $563 million more.", [MILESTONES]),
        (
            "Starbucks returned about $20 billion to its shareholders by the end of its "
            "financial year 2020.",
            [RETURN],
        ),
        (
            "In 2019 the partners tested twelve digital health corners in Walgreens stores.",
            [CORNERS],
        ),
        ("Nissan invested 600 million euros in Ampere.", [AMPERE]),
        ("CVS Health has bought the insurer Aetna.", [PENDING]),
        ("Foreigners hold a quarter of the votes.", [FOREIGNERS]),
    ],
    "merged_facts": [
        (
            "CVS Health completed its acquisition of Aetna on 28 November 2018 for $78 "
            "billion in cash.",
            [COMPLETED, DEBT],
        ),
        ("Atul Gawande employed more than one million people.", [GAWANDE, EMPLOYED]),
        (
            "CVS Health completed its acquisition of Aetna on 26 November 2018.",
            [COMPLETED, APPROVED],
        ),
        ("The agreement was completed on 7 May 2018.", [ANNOUNCED]),
        ("The transaction was announced at the end of August 2018.", [ANNOUNCED]),
        (
            "Scandinavian Airlines, one of the five founders, left SkyTeam at the end of "
            "August 2024.",
            [LEFT, JOINED],
        ),
    ],
    "other_source": [
        ("CVS Health completed its acquisition of Aetna on 28 November 2018.", [OHIO]),
        ("Haven never published a full account of its reasons.", [GAWANDE]),
        ("Star Alliance was founded on 14 May 1997.", [LEFT]),
    ],
    "ellipsis": [
        ("The merger has … been completed yet.", [PENDING]),
        (
            "CVS Health has agreed to buy the insurer Aetna, but the merger has ... been "
            "completed yet.",
            [PENDING],
        ),
        ("Haven ... published a full account of its reasons.", [ACCOUNT]),
        ("Nissan held 15 % of Renault, but ... the right to vote.", [VOTES]),
        ("A merger was discussed in 2019 and did ... come about.", [DISCUSSED]),
        ("been completed yet", [PENDING]),
        ("come about", [DISCUSSED]),
        ("owns the alliance", [NO_OWNER]),
        ("reduce competition, raise premiums and lower the quality of care", [WARNING]),
        ("published a full account of its reasons", [ACCOUNT]),
        ("", [COMPLETED]),
        ("CVS Health completed its acquisition of Aetna.", []),
        ("CVS Health completed its acquisition of Aetna.", ["   "]),
    ],
    "opposite": [
        (
            "Amazon, Berkshire Hathaway and JPMorgan Chase said it would be rich in "
            "profit-making incentives.",
            [FREE],
        ),
        ("The shares of several insurers and pharmacy companies rose.", [FELL]),
        ("Fewer than one million people were employed by the three.", [EMPLOYED]),
        ("At least a quarter of the votes may be held by foreigners.", [FOREIGNERS]),
        ("Haven lasted at most three years.", [LASTED]),
    ],
}

PARAPHRASES: list[tuple[str, list[str]]] = [
    ("CVS Health completed its acquisition of Aetna.", [COMPLETED]),
    ("On 28 November 2018 CVS Health completed the acquisition of Aetna.", [COMPLETED]),
    ("CVS Health completed its purchase of Aetna on 28 November 2018.", [COMPLETED]),
    ("The transaction was worth roughly $70 billion.", [VALUE]),
    ("The value of the transaction was about $212 for each Aetna share.", [VALUE]),
    ("Each Aetna share brought $145.00 in cash and 0.8378 CVS Health shares.", [CASH]),
    ("The merger has not been completed.", [PENDING]),
    ("CVS Health agreed to buy Aetna, but the merger was not yet completed.", [PENDING]),
    ("The partnership is to last seven years.", [LASTS]),
    ("It is to last 7 years.", [LASTS]),
    ("It is a seven-year partnership.", [LASTS, STRATEGIC]),
    ("Nissan held 15% of Renault without the right to vote.", [VOTES]),
    ("Nissan held 15 percent of Renault, but without the right to vote.", [VOTES]),
    ("Pfizer paid BioNTech $185 million at the start.", [PAID]),
    ("BioNTech could receive up to $563 million more.", [MILESTONES]),
    ("The combination could reduce competition.", [WARNING]),
    ("The combination might reduce competition and raise premiums.", [WARNING]),
    ("First deliveries were planned for the middle of 2026.", [DELIVERIES]),
    ("Honda builds the cars in Ohio.", [OHIO]),
    ("The cars are built by Honda at a plant in Ohio.", [OHIO]),
    ("Scandinavian Airlines left Star Alliance at the end of August 2024.", [LEFT]),
    ("No member owns the alliance.", [NO_OWNER]),
    ("The alliance is owned by no member.", [NO_OWNER]),
    ("A merger was discussed in 2019 but did not come about.", [DISCUSSED]),
    ("Nissan agreed to invest up to €600 million in Ampere.", [AMPERE]),
    ("Yasuhide Mizuno, the head of the venture, came from Honda.", [HEAD]),
    ("The dearer version costs $102,900.", [PRICES]),
    ("Atul Gawande was named chief executive in June 2018.", [GAWANDE]),
    ("Most of its computing will move to Microsoft Azure.", [CLOUD]),
    ("More than 380,000 employees will get Microsoft 365.", [CLOUD]),
    ("Apple and IBM announced an exclusive partnership.", [EXCLUSIVE]),
    ("The three employed more than a million people together.", [EMPLOYED]),
    ("Haven did not publish a full account of its reasons.", [ACCOUNT]),
    ("The announcement gave no figure for what each side invests.", [NO_FIGURE]),
    ("Development costs are shared equally.", [COSTS]),
    (
        "CVS Health completed its acquisition of Aetna on 28 November 2018. The total "
        "came to about $78 billion with Aetna's debt.",
        [COMPLETED, DEBT],
    ),
    ("Starbucks announced that it would return about $20 billion to its shareholders.", [RETURN]),
]


def corruptions(kind: str | None = None) -> list[tuple[str, list[str]]]:
    kinds = [kind] if kind else list(CORRUPTIONS)
    return [case for each in kinds for case in CORRUPTIONS[each]]


@pytest.mark.parametrize(("claim", "quotes"), PARAPHRASES, ids=lambda value: str(value)[:60])
def test_a_right_paraphrase_passes(claim: str, quotes: list[str]) -> None:
    assert verify(claim, quotes) == []


@pytest.mark.parametrize(
    ("kind", "claim", "quotes"),
    [(kind, *case) for kind in CORRUPTIONS for case in CORRUPTIONS[kind]],
    ids=lambda value: str(value)[:60],
)
def test_a_corrupted_claim_fails(kind: str, claim: str, quotes: list[str]) -> None:
    assert verify(claim, quotes), kind


@pytest.mark.parametrize(
    ("claim", "quotes", "check"),
    [
        ("It is to last eight years.", [LASTS], Check.NUMBERS),
        (
            "CVS Health completed its acquisition of Aetna in October 2018.",
            [COMPLETED],
            Check.NUMBERS,
        ),
        ("The price starts at $102,900.", [PRICES], Check.NUMBERS),
        ("Honda builds the cars at one of its plants in Texas.", [OHIO], Check.NAMES),
        ("Renault held 15 % of Nissan, but without the right to vote.", [VOTES], Check.ROLES),
        ("Atul Gawande employed more than one million people.", [GAWANDE, EMPLOYED], Check.JOINED),
        ("Haven published a full account of its reasons.", [ACCOUNT], Check.NEGATION),
        ("The combination will reduce competition.", [WARNING], Check.HEDGING),
        ("Nissan invested 600 million euros in Ampere.", [AMPERE], Check.HEDGING),
        ("All of its computing will move to Microsoft Azure.", [CLOUD], Check.EXTENT),
        ("The American Medical Association supported the merger.", [OPPOSED], Check.EXTENT),
        ("The weather was fine all week.", [COSTS], Check.CONTENT),
        ("Haven ended.", [], Check.EVIDENCE),
    ],
    ids=lambda value: str(value)[:40],
)
def test_the_check_that_fails_is_named(claim: str, quotes: list[str], check: Check) -> None:
    assert check in [failure.check for failure in verify(claim, quotes)]


def test_every_quote_here_is_one_of_the_sample_corpus(repo_root: Path) -> None:
    files = sorted((repo_root / "ingest" / "sample").glob("*.md"))
    corpus = " ".join(" ".join(path.read_text().replace("**", "").split()) for path in files)
    for _, quotes in [*corruptions(), *PARAPHRASES]:
        for quote in quotes:
            assert quote.strip().rstrip(".") in corpus


def test_the_tables_are_large_enough_to_mean_something() -> None:
    assert len(corruptions()) >= 40
    assert len(PARAPHRASES) >= 30


@pytest.mark.parametrize(
    ("claim", "quote", "expected"),
    [
        ("came from Honda", HEAD, True),
        ("“Development  costs are shared equally”", COSTS, True),
        ("came from Hond", HEAD, False),
        ("owns the alliance", NO_OWNER, False),
        ("its computing will move to Microsoft Azure", CLOUD, False),
        ("", HEAD, False),
    ],
)
def test_runs_are_whole_words_whose_sense_nothing_left_out_turns(
    claim: str, quote: str, expected: bool
) -> None:
    assert is_run_of(claim, quote) is expected


def test_a_date_in_may_is_no_hedge() -> None:
    quote = "The agreement was announced on 7 May 2018 in Vevey."
    assert verify("The agreement was announced on 7 May 2018.", [quote]) == []
    assert verify("The agreement was signed on 7 May 2018.", ["It may be signed on 7 May 2018."])


readable = st.text(min_size=1).filter(lambda text: any(map(str.isalnum, text)))


@given(readable)
def test_a_claim_that_is_its_quote_always_passes(text: str) -> None:
    assert (
        verify(text, [text]) == [] or not text.strip() or not text.translate({0xAD: None}).strip()
    )


@given(st.sampled_from([quote for _, quotes in PARAPHRASES for quote in quotes]), st.text())
def test_a_claim_that_is_one_of_its_quotes_passes_whatever_the_others(
    quote: str, other: str
) -> None:
    assert verify(quote, [other, quote]) == []
    assert verify(quote, [quote, other]) == []


@given(st.text(), st.lists(st.sampled_from(["", " ", "\n\t", "\u2003"])))
def test_empty_evidence_never_verifies(claim: str, quotes: list[str]) -> None:
    assert [failure.check for failure in verify(claim, quotes)] == [Check.EVIDENCE]


@given(st.text(max_size=200), st.lists(st.text(max_size=200), max_size=3))
def test_no_claim_breaks_the_checks(claim: str, quotes: list[str]) -> None:
    assert all(failure.detail for failure in verify(claim, quotes))


@given(
    st.sampled_from([COMPLETED, VALUE, PAID, PRICES, GOAL, CLOUD]),
    st.integers(2, 999_999),
)
def test_a_number_that_no_quote_holds_never_verifies(quote: str, number: int) -> None:
    digits = "".join(char if char.isdigit() else " " for char in quote.replace(",", "")).split()
    if str(number) not in digits:
        old = next(word for word in quote.replace("$", " ").split() if word[0].isdigit())
        assert verify(quote.replace(old, f"{number:,}", 1), [quote])
