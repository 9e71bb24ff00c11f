"""Numbers, dates and names of a claim beside the evidence: what fails, what is only doubted."""

from __future__ import annotations

import pytest

from app.answering.verification.checks import Check
from app.answering.verification.facts import lacking

PAID = "Pfizer paid BioNTech $185 million at the start: $72 million in cash and $113 million more."
CLOSED = "CVS Health completed its acquisition of Aetna on 28 November 2018."
LASTS = "It is to last seven years."
MEMBERS = "Members taking part: 2019: 58 | 2020: 71 | 2021: 66"
SHARES = "Nissan held 15 % of Renault, and Renault 43.4 % of Nissan."


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("At the start BioNTech received 185 million dollars from Pfizer.", PAID),
        ("BioNTech got $185m.", PAID),
        ("The purchase of Aetna closed in November 2018.", CLOSED),
        ("The term is seven years.", LASTS),
        ("The first partner held 15 percent.", SHARES),
    ],
)
def test_facts_that_stand_there_are_neither_missing_nor_doubted(claim: str, told: str) -> None:
    found = lacking(claim, [told])
    assert (found.failures, found.doubts) == ((), ())


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("Each season adds a quarter of a million dollars.", "A season adds $250,000."),
        ("Sales are split fifty-fifty.", "Each side gets half of the sales."),
        ("A station may one day be built.", "A station is under discussion."),
    ],
)
def test_what_is_said_in_other_words_is_no_other_number(claim: str, told: str) -> None:
    assert lacking(claim, [told]).failures == ()


@pytest.mark.parametrize(
    ("claim", "told", "check"),
    [
        ("It is to last 8 years.", LASTS, Check.NUMBERS),
        ("Pfizer paid BioNTech $195 million at the start.", PAID, Check.NUMBERS),
        ("Pfizer paid BioNTech 185 million euros.", PAID, Check.NUMBERS),
        ("CVS Health completed the deal in October 2018.", CLOSED, Check.NUMBERS),
        ("CVS Health completed the deal in 2017.", CLOSED, Check.NUMBERS),
        ("At the start Merck received the money.", PAID, Check.NAMES),
        ("In 2018 the deal of Cigna Health closed.", CLOSED, Check.NAMES),
        ("Renault held 16 % of Nissan.", SHARES, Check.NUMBERS),
    ],
)
def test_facts_that_do_not_stand_there_fail(claim: str, told: str, check: Check) -> None:
    assert check in {failure.check for failure in lacking(claim, [told]).failures}


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("Nearly three fifths more than the cash, $41 million, came beside it.", PAID),  # 113 - 72
        ("It ends after 84 months.", LASTS),
        ("In 2021 there were 5 members fewer than the year before.", MEMBERS),  # 71 - 66
        ("Two firms hold shares of each other.", SHARES),
    ],
)
def test_facts_that_follow_by_one_step_are_doubted_only(claim: str, told: str) -> None:
    found = lacking(claim, [told])
    assert found.failures == ()
    assert found.doubts


def test_a_name_that_stands_before_the_evidence_is_doubted_only() -> None:
    told = ["She closed the venture in February."]
    claim = "In February Maria Ortega closed the venture."
    assert lacking(claim, told).failures
    found = lacking(claim, told, ["Maria Ortega runs Haven."])
    assert found.failures == ()
    assert {doubt.detail for doubt in found.doubts} == {"Maria", "Ortega"}


def test_a_first_word_that_does_what_a_name_did_is_an_unknown_name() -> None:
    told = ["At the start Pfizer paid BioNTech $185 million."]
    assert lacking("Zelda paid BioNTech $185 million.", told).failures[0].detail == "Zelda"
    assert lacking("Pfizer paid BioNTech $185 million.", told).failures == ()


def test_the_adjective_of_a_country_that_is_named_is_no_unknown_name() -> None:
    assert lacking("The hub of the Italian partner closed.", ["Its hub in Italy closed."]) == (
        lacking("The hub of the partner closed.", ["Its hub in Italy closed."])
    )


def test_of_a_long_table_no_sums_are_tried() -> None:
    table = " | ".join(f"Year {n}: {7 * n + 100}" for n in range(1, 16))
    assert lacking("In all it came to 213 units.", [table]).failures


OPENED = "The hub opened on March 6th, 2019; the second one follows on April 4th."


@pytest.mark.parametrize(
    ("claim", "told", "around"),
    [
        ("The second hub was to open on 4 April 2019.", [OPENED], []),
        ("The talks ended on 7 May 2018.", ["The talks ended on May 7."], ["2018"]),
        ("The talks ended in May 2018.", ["The talks ended in May."], ["What was said in 2018"]),
    ],
)
def test_a_year_that_stands_apart_from_its_day_is_doubted_only(
    claim: str, told: list[str], around: list[str]
) -> None:
    found = lacking(claim, told, around)
    assert found.failures == ()
    assert found.doubts


@pytest.mark.parametrize(
    ("claim", "told", "around"),
    [
        ("The talks ended on 8 May 2018.", ["The talks ended on May 7."], ["2018"]),
        ("The talks ended on 7 May 2017.", ["The talks ended on May 7."], ["2018"]),
        ("The talks ended in 2018.", ["The talks ended on May 7."], ["2018"]),
    ],
)
def test_another_day_or_a_year_of_the_surroundings_alone_fails(
    claim: str, told: list[str], around: list[str]
) -> None:
    assert lacking(claim, told, around).failures


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("Punctuality is 3.6 points below the promise.", "It is 91.4%, below the 95% promised."),
        ("A school costs 54,000 shillings a year.", "It is 4,500 shillings per school and month."),
        ("It gets 9.6 million euros.", "The fee is 1.5% of a sum of 640 million euros."),
        ("The order is worth 396,000 euros.", "They ordered 44 gates at 9,000 euros each."),
        ("29 pounds remain.", "A test costs 39 pounds, of which Vista keeps 6 and Nudge 4."),
        ("The funds own 45 percent.", "Gantt owns 30%, Voiries 25% and two funds the rest."),
        ("The tests took 15 minutes longer.", "They took 34 minutes as opposed to 19."),
        ("It took five months.", "It began in February and ended in July."),
        ("Fewer than one in six came.", "Of 1,500 drivers 212 came."),
        ("It was stopped in mid-July.", "It was stopped on 17 July."),
        ("It closed in late 2017.", "It closed on 1 December 2017."),
        ("The price is fixed until the end of 2017.", "The price may not rise before 2018."),
        ("It was to open in April.", "It opened in August, four months late."),
        ("The plant costs 14 million.", "The plant costs 14 million pounds."),
        ("It fell from 40 to 15 per cent.", "It was 40 per cent and is 15 per cent now."),
    ],
)
def test_what_follows_by_arithmetic_is_left_to_the_reader(claim: str, told: str) -> None:
    assert lacking(claim, [told]).failures == ()


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("They got $0.84 for each share.", "They got $145 and 0.84 Acme shares for each share."),
        ("It costs 89,900 euros.", "Model 1 costs 89,900 dollars."),
        ("Renault bought 36.8 of it.", "In that year Renault bought 36.8 % of it."),
        ("The fine was 4.2 million euros.", "The two were fined 4.2 million kroner."),
        ("It closed in 2021.", "It closed in fiscal 2020; this year it may pay."),
        ("It is to close by the end of 2020.", "It is to close by the end of 2021."),
        ("It is to close by the end of 2021.", "It is to close by the end of 2020."),
        ("It closed in early 2017.", "It closed on 1 December 2017."),
        ("It was stopped in late July.", "It was stopped on 7 July."),
        ("A consultant gets 600 a day.", "A consultant gets 900 a day, and I 11.60 an hour."),
    ],
)
def test_what_does_not_follow_fails(claim: str, told: str) -> None:
    assert {each.check for each in lacking(claim, [told]).failures} == {Check.NUMBERS}


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("Although Tindra is larger, both own half.", "Tindra is larger; each owns half."),
        ("Staff of the shop come at night.", "Best Buy of Oslo comes at night."),
        ("Following the advice, they left.", "Saint Olaf the Younger gave advice, and they left."),
        ("Teacher Antje Kopp left.", "Antje Kopp left the school."),
        ("The firm from Canada paid.", "A Canadian firm paid."),
        ("The Danes paid.", "A Danish firm paid."),
    ],
)
def test_words_that_only_open_a_sentence_and_known_countries_are_no_unknown_names(
    claim: str, told: str
) -> None:
    assert lacking(claim, [told]).failures == ()


def test_a_name_beside_and_is_still_one() -> None:
    told = "Sony and Honda founded it."
    assert lacking("Zelda and Honda founded it.", [told]).failures[0].check is Check.NAMES


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("A meal costs 45 pence less.", "The price of a meal came down from £3.35 to £2.90."),
        ("It takes less than three months.", "It takes eleven weeks."),
        ("The works stood still for over two weeks.", "The works stood still for sixteen days."),
        ("Talks took almost three months.", "Talks took eleven weeks."),
        ("Coffee is sold sixty minutes sooner.", "The stands open an hour earlier."),
        ("It is for Best Actress.", "She won as best actress."),
        ("He runs Verve Forecast Records.", "Verve Records is home to Verve Forecast."),
    ],
)
def test_other_units_bounds_and_capitals_are_no_failure(claim: str, told: str) -> None:
    assert lacking(claim, [told]).failures == ()


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("A meal costs 55 pence less.", "The price of a meal came down from £3.35 to £2.90."),
        ("It takes less than two months.", "It takes eleven weeks."),
        ("Cameras were found in 2017.", "In 2020 three cameras were found."),
        ("He runs Chase Health.", "He runs Chase and owns Acme Health."),
    ],
)
def test_another_value_year_or_name_fails(claim: str, told: str) -> None:
    assert lacking(claim, [told]).failures


@pytest.mark.parametrize(("year", "fails"), [(2017, False), (2018, True), (2016, True)])
def test_last_year_is_told_by_the_year_of_the_source(year: int, *, fails: bool) -> None:
    found = lacking(f"The yard lost money in {year}.", ["Last year the yard lost money."], ["2018"])
    assert bool(found.failures) is fails
