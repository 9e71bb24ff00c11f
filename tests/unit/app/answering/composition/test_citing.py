from __future__ import annotations

from collections.abc import Sequence

from app.answering.composition.citing import Citer
from app.answering.composition.compose import Proposal, propose
from app.types import Disagreement, Verdict
from tests.builders_answering import SUPPORT, make_evidence


def cite(proposals: Sequence[Proposal]) -> Citer:
    citer = Citer(SUPPORT)
    for proposal in proposals:
        citer.add(proposal)
    return citer


CLOSED = make_evidence("Haven closed in February 2021.", ordinal=0, start=0)
LASTED = make_evidence("It had lasted three years.", ordinal=1, start=31)
ELSEWHERE = make_evidence("Haven is still open.", uri="/notes/b.md", start=0)


def test_claims_are_numbered_in_order() -> None:
    cited = cite([propose(CLOSED), propose(LASTED)])
    assert [claim.text for claim in cited.claims] == [CLOSED.text, LASTED.text]
    assert [claim.citations for claim in cited.claims] == [(1,), (2,)]
    assert [citation.n for citation in cited.citations] == [1, 2]


def test_one_quote_has_one_number_however_often_it_is_cited() -> None:
    cited = cite([propose(CLOSED), Proposal("Haven closed in 2021.", (CLOSED,))])
    assert [claim.citations for claim in cited.claims] == [(1,), (1,)]
    assert len(cited.citations) == 1


def test_a_citation_carries_the_span_of_its_quote() -> None:
    text = f"{CLOSED.text} {LASTED.text}"
    for citation in cite([propose(CLOSED), propose(LASTED)]).citations:
        assert text[citation.start : citation.end] == citation.quote


def test_same_place_in_two_documents_is_two_citations() -> None:
    cited = cite([propose(CLOSED), propose(ELSEWHERE)])
    assert len(cited.citations) == 2


def test_what_fails_is_dropped_counted_and_takes_no_number() -> None:
    wrong = Proposal("Haven closed in March 2021.", (CLOSED,))
    cited = cite([wrong, propose(LASTED)])
    assert [claim.text for claim in cited.claims] == [LASTED.text]
    assert [citation.n for citation in cited.citations] == [1]
    assert [verdict["verdict"] for verdict in cited.verdicts] == [
        Verdict.UNSUPPORTED,
        Verdict.SUPPORTED,
    ]
    assert cited.verdicts[0]["failures"][0] == "numbers: mar 2021"


def test_a_proposal_without_evidence_is_dropped() -> None:
    cited = cite([Proposal("Haven closed.", ())])
    assert cited.claims == []
    assert cited.verdicts[0]["failures"] == ["evidence: there is no quote to check against"]


def test_a_disagreement_needs_both_its_sides_cited() -> None:
    cited = cite([propose(CLOSED), propose(ELSEWHERE)])
    pairs = [(ELSEWHERE, CLOSED, "status of Haven"), (ELSEWHERE, LASTED, "duration")]
    assert cited.disagreements(pairs) == [Disagreement("status of Haven", (2, 1))]
