"""Each kind of damage that cleaning undoes, on texts of our own."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.cleaning import repeats
from ingest.cleaning.clean import clean
from ingest.types import Block
from vectorstore.types import SentenceKind

LONG = "The hospital and its partner share the data, the risk and the gains of the work every year."


def texts(source: str) -> list[str]:
    return [block.text for block in clean(source).blocks]


def only(source: str) -> Block:
    (block,) = clean(source).blocks
    return block


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("**Bold** and *thin* and ***both*** words.", "Bold and thin and both words."),
        ("__Bold__ and _thin_ but snake_case_name.", "Bold and thin but snake_case_name."),
        ("It cost \\$5 and 2 \\* 3.", "It cost $5 and 2 * 3."),
        ('See [the *report*](http://a.org/b_(c).html "T") now.', "See the report now."),
        ("See [the report][1] now.", "See the report now."),
        ("Mail <a@b.org> or <https://a.org/x>.", "Mail a@b.org or https://a.org/x."),
        ("A <b>bold</b> word&nbsp;&amp; <span class='x'>more</span>.", "A bold word & more."),
        ("For p < 0.05 and q > 1 it holds.", "For p < 0.05 and q > 1 it holds."),
        ("About 10<sup>6</sup> cells.", "About 10⁶ cells."),
        ("Use `code` here.", "Use code here."),
        ("An ![](a.png) image.", "An image."),
        ("&lt;b&gt; is a tag.", "<b> is a tag."),
        ("<script>alert(1)</script>Words remain.", "Words remain."),
        ("Stray ** stars are **gone here.", "Stray ** stars are gone here."),
        ("2**3 is eight.", "2**3 is eight."),
        ("Zero\u200bwidth and soft\u00adhyphen and ﬁne.", "Zerowidth and softhyphen and fine."),
    ],
)
def test_markup_is_taken_off(markup: str, plain: str) -> None:
    assert only(markup).text == plain


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("The line goes on\nin the next one.", ["The line goes on in the next one."]),
        ("They show inno-\nvation every day.", ["They show innovation every day."]),
        ("A long-\nterm plan.", ["A long-term plan."]),
        (
            "Co-ordin-\nation is a word; coordination too.",
            ["Co-ordination is a word; coordination too."],
        ),
        ("Jane Doe  \nDirector  \nAcme", ["Jane Doe\nDirector\nAcme"]),
        (f"{LONG} And more of it here, so that it is long.\n{LONG}", None),
    ],
    ids=["wrapped", "hyphen", "compound", "known", "signature", "one paragraph a line"],
)
def test_line_ends_are_understood(source: str, expected: list[str] | None) -> None:
    assert texts(source) == (expected or source.split("\n"))


def test_a_wrapped_paragraph_and_a_short_last_line_make_two_paragraphs() -> None:
    first = "This line is wrapped at some sixty characters as mail used to\nbe, and it ends here."
    second = "A new paragraph begins without a blank line between, which\nmost programs did once."

    assert texts(f"{first}\n{second}") == [first.replace("\n", " "), second.replace("\n", " ")]


LEFT = "The partners agreed last year on a plan that gives each of them a share of the"
RIGHT = "savings that the new clinic makes. Others may follow."
WHOLE = f"{LEFT} {RIGHT}"


@pytest.mark.parametrize(
    "between",
    [
        "",
        "\f",
        "**“We want to share more than money with them in the years to come.”**\n\nJane"
        " Doe, head of care",
        "FIGURE 2\n\n### How it works\n\nShares by year",
        "> Sharing is the heart of every good and lasting partnership in care.",
        "![](chart.png)",
        "Subscribe to our newsletter",
    ],
    ids=["blank line", "page", "pull quote", "figure", "block quote", "image", "site text"],
)
def test_a_cut_sentence_is_joined_across(between: str) -> None:
    blocks = clean(f"{LONG}\n\n{LEFT}\n\n{between}\n\n{RIGHT}\n\n{LONG[:-1]} too.").blocks

    assert WHOLE in [block.text for block in blocks]


def test_a_box_with_a_heading_moves_to_the_end_of_the_section() -> None:
    source = (
        f"# Report\n\n## Costs\n\n{LEFT}\n\n## KEY POINTS\n\nA point about something"
        f" else.\n\n{RIGHT}\n\n{LONG}"
        "\n\n## Gains\n\nThe gains are real."
    )

    blocks = clean(source).blocks

    assert [block.text for block in blocks] == [
        "Report", "Costs", WHOLE, LONG, "KEY POINTS", "A point about something else.", "Gains",
        "The gains are real.",
    ]  # fmt: skip
    assert blocks[3].heading == ("Report", "Costs")


def test_two_cuts_in_one_paragraph_are_both_joined() -> None:
    source = (
        "The first of the three parts of this sentence ends with the\n\n\fsecond, which"
        " has words and ends in the"
        "\n\n\fthird."
    )

    assert texts(source) == [
        "The first of the three parts of this sentence ends with the second, which has"
        " words and ends in the third."
    ]


def test_a_capital_may_follow_where_the_first_part_cannot_end() -> None:
    left = "The clinic was bought after a long search by a large insurer that is owned by the"

    assert texts(f"{left}\n\nBlue Cross plans of ten states.") == [
        f"{left} Blue Cross plans of ten states."
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Our partners in this work bring three things to the table:", "money, staff and data."),
        ("A heading without stop", "lower case begins this odd line."),
        ("The rate of growth of both firms is given by the sum", "x = a + b"),
        ("Photo by Jane Doe", "iPhones are sold there."),
    ],
)
def test_lead_ins_headings_and_captions_are_not_joined(first: str, second: str) -> None:
    assert texts(f"{LONG}\n\n{first}\n\n{second}")[1] == first


QUOTE = "Strategic partnerships are a long-term investment in which both parties help each other."


@pytest.mark.parametrize(
    "copy",
    [
        f"**“{QUOTE}”**",
        f"> {QUOTE}",
        f"“{QUOTE[:-1]},” says Jane Doe, chief of something at a large and well known place.",
        "**Strategic partnerships are an investment in which both parties help each other.**",
        QUOTE.replace("investment", "*investment*"),
    ],
    ids=["bold", "block quote", "attributed", "shortened", "plain"],
)
def test_a_pull_quote_is_marked(copy: str) -> None:
    body = f"We met the chief. “{QUOTE[:-1]},” she says. The rest of it followed after that."
    blocks = clean(f"{LONG}\n\n{body}\n\n{copy}\n\nAnd so it ended.").blocks

    assert [block.repeats for block in blocks] == [False, False, True, False]


@pytest.mark.parametrize(
    "other",
    [
        QUOTE.replace("long-term", "not a long-term").replace("both", "no"),
        "Strategic partnerships in Germany are a long-term investment in which both"
        " parties help each other.",
        "Strategic partnerships are a 10-year investment in which both parties help each other.",
    ],
    ids=["negated", "another name", "another number"],
)
def test_a_paragraph_that_says_something_else_is_no_repeat(other: str) -> None:
    blocks = clean(f"{LONG} {QUOTE} And so on it goes.\n\n**{other}**").blocks

    assert not any(block.repeats for block in blocks)


def test_a_form_that_is_filled_in_is_not_compared_each_with_each(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[int] = []
    covers = repeats._covers

    def counted(*told: Any, **names: Any) -> bool:
        compared.append(1)
        return covers(*told, **names)

    monkeypatch.setattr(repeats, "_covers", counted)
    rows = [f"Ship {n} of the old line was taken in and unloaded by hand." for n in range(300)]
    copies = ["The same words stand in this paragraph, again and again and again."] * 40
    blocks = clean("\n\n".join(["# Log", *rows, *copies])).blocks
    assert sum(block.repeats for block in blocks) == len(copies) - 1
    assert len(compared) <= len(rows) + len(copies)


def test_a_title_that_stands_again_is_a_repeat() -> None:
    blocks = clean(f"# A Title of Words\n\nBy Jane\n\n# A Title of Words\n\n{LONG}").blocks

    assert [block.repeats for block in blocks if block.kind is SentenceKind.HEADING] == [
        False,
        True,
    ]


@pytest.mark.parametrize(
    ("noise", "reason"),
    [
        ("We use cookies to improve your experience on this site.", "cookie notice"),
        ("Share this article on Facebook", "share"),
        ("Facebook | Twitter | LinkedIn | Email", "share"),
        ("Sign up for our daily newsletter", "newsletter"),
        ("Skip to main content", "navigation"),
        ("Advertisement", "navigation"),
        ("Home > Health > Insurers", "navigation"),
        ("Page 3 of 12", "page number"),
        ("![logo](logo.png)", "image"),
        ("- [Home](/)\n- [Health](/h)\n- [About us](/a)", "navigation"),
    ],
)
def test_site_text_is_dropped_and_reported(noise: str, reason: str) -> None:
    result = clean(f"{LONG}\n\n{noise}\n\nThe end is near.")

    assert [block.text for block in result.blocks] == [LONG, "The end is near."]
    assert {(removal.reason, removal.line) for removal in result.removals} <= {
        (reason, line) for line in range(3, 6)
    }
    assert result.removals


@pytest.mark.parametrize(
    "sentence",
    [
        "We use cookies of the browser to tell two patients apart, and this paragraph"
        " goes on to say how: "
        + LONG + LONG,
        "The share of patients rose.",
        "Share prices fell.",
        "Home care is cheaper.",
        "Subscribers are the customers of the plan.",
        "Print is dead.",
    ],
)  # fmt: skip
def test_prose_about_such_things_stays(sentence: str) -> None:
    assert sentence in texts(f"{LONG}\n\n{sentence}\n\nThe end.")


def test_running_heads_and_page_numbers_go() -> None:
    pages = [
        f"ANNUAL REPORT 2020\n\nSentence number {n} of the report stands here.\n\n{n}"
        for n in range(1, 5)
    ]

    result = clean("\n\f\n".join(pages))

    assert [block.text for block in result.blocks] == [
        f"Sentence number {n} of the report stands here." for n in range(1, 5)
    ]
    assert {removal.reason for removal in result.removals} == {"running head", "page number"}


def test_related_articles_go_until_prose_begins() -> None:
    source = (
        f"{LONG}\n\n## Related articles\n\nTen ways to sleep\n\nWhy cats purr\n\nBut this"
        f" sentence is text."
    )

    assert texts(source) == [LONG, "But this sentence is text."]


def test_lists_tables_and_headings_keep_their_shape() -> None:
    source = (
        "# Head #\n\nIntro:\n\n- one\n- two\n  goes on\n\n1. first\n2. second\n\n| a | b"
        " |\n|---|---|\n| 1 | **2** |"
    )

    result = clean(source)

    assert (
        result.text
        == "Head\n\nIntro:\n\n- one\n- two goes on\n\n1. first\n2. second\n\na: 1 | b: 2"
    )
    assert [(block.kind.value, block.text) for block in result.blocks] == [
        ("heading", "Head"), ("prose", "Intro:"), ("list_item", "one"), ("list_item",
        "two goes on"),
        ("list_item", "first"), ("list_item", "second"), ("table", "a: 1 | b: 2"),
    ]  # fmt: skip


def test_headings_are_inferred_only_where_they_are_plain() -> None:
    source = (
        f"A Title for the Whole Thing\n\n{LONG}\n\nThe second part\n\n{LONG[:-1]}"
        f" again.\n\nJuly 4, 2020\n\n{LONG[:-1]} twice."
    )

    assert [block.text for block in clean(source).blocks if block.kind is SentenceKind.HEADING] == [
        "A Title for the Whole Thing",
        "The second part",
    ]


def test_notes_are_references_and_their_numbers_leave_the_sentences() -> None:
    source = (
        "# T\n\nPartners share risk.1 They share data² and area in m² as well. It grew"
        " by 3.1 Points were 2.\n\n"
        "## Endnotes\n\n1. Smith, J. A book. 2019.\n2. Ibid.\n\n# About us\n\nWe are here."
    )

    blocks = clean(source).blocks

    assert blocks[1].text == (
        "Partners share risk. They share data and area in m² as well. It grew by 3.1 Points were 2."
    )
    assert [block.kind.value for block in blocks[2:]] == [
        "heading",
        "reference",
        "reference",
        "heading",
        "prose",
    ]


def test_numbers_stay_where_there_are_no_notes() -> None:
    assert (
        only("Partners share risk.1 They share data² too.").text
        == "Partners share risk.1 They share data² too."
    )


HEALTH = [
    "Retailers and insurers join forces to sell health plans in pharmacies across the country.",
    "The merger of the pharmacy chain and the insurer lets patients see a nurse near their home.",
    "Insurers hope that patients who visit a pharmacy clinic will avoid the emergency room.",
    "Hospitals must respond, since patients will compare their prices with those of the pharmacy.",
]
METHOD = (
    "The authors interviewed more than 40 beekeepers, growers and botanists about hive"
    " losses in orchards."
)
GOES_ON = "They also weighed honey from alpine meadows and read the older botanical literature."


def test_a_method_paragraph_about_something_else_is_flagged_with_what_continues_it() -> None:
    blocks = clean("\n\n".join([*HEALTH[:2], METHOD, GOES_ON, *HEALTH[2:]])).blocks

    assert [block.foreign for block in blocks] == [False, False, True, True, False, False]


def test_a_method_paragraph_about_the_subject_is_not_flagged() -> None:
    method = (
        "The authors interviewed 40 executives of insurers and of the pharmacy chain"
        " about the merger."
    )

    assert not any(block.foreign for block in clean("\n\n".join([*HEALTH, method])).blocks)


def test_in_a_long_text_a_paragraph_without_any_link_is_flagged() -> None:
    honey = (
        "Bumblebees forage at dawn while honeybees wait for warmth, and alpine meadows"
        " in blossom hold nectar"
        " enough for wild pollinators, moths and hoverflies alike."
    )
    places = ("Ohio", "Texas", "Maine", "Idaho")
    around = [f"In {place}, {words[0].lower()}{words[1:]}" for place in places for words in HEALTH]

    blocks = clean("\n\n".join([*around[:8], honey, *around[8:]])).blocks

    assert [block.text for block in blocks if block.foreign] == [honey]


@settings(deadline=None)
@given(st.text(max_size=300))
def test_no_visible_word_of_plain_prose_is_lost_without_a_report(text: str) -> None:
    letters = "".join(
        character for character in text if character.isascii() and character.isalpha()
    )
    source = f"{letters} makes a sentence. Then there is {letters} again."

    result = clean(source)

    assert result.text.split() == source.split()
    assert result.removals == ()


def test_letters_and_accents_that_stand_apart_are_one_letter() -> None:
    assert clean("Bie\u0300re a\u0300 Gene\u0300ve").text == "Bière à Genève"


def test_marks_of_two_notes_in_a_row_are_no_link() -> None:
    assert clean("Their own fleets[^1][^2] and [a page][here].").text == (
        "Their own fleets and a page."
    )
