"""What the OpenAPI document says of the whole service and of its groups of operations."""

from __future__ import annotations

TAGS = [
    {"name": name, "description": description}
    for name, description in (
        (
            "chat",
            "Ask, and get an answer of which every sentence cites a quote of a source: as JSON, or "
            "sentence by sentence as Server-Sent Events.",
        ),
        (
            "conversations",
            "Earlier turns of the same visitor or token. What belongs to another is 404 here.",
        ),
        (
            "exports",
            "Answers and conversations as footnoted documents: Markdown, Word, pages to print.",
        ),
        (
            "feedback",
            "What visitors think of an answer: a thumb, and reasons for a thumb down. The list of "
            "everybody's needs the admin token.",
        ),
        (
            "sources",
            "The documents that answers cite: which there are, what they say, and where each field "
            "of their metadata came from.",
        ),
        ("management", "Changes to the library; needs a token that opens it."),
        (
            "unanswered",
            "Questions that found no answer or a bad one, near-duplicates together. Needs the "
            "admin token, because it shows what other people asked.",
        ),
        ("openai", "The same answers for clients of OpenAI's chat completions, in that format."),
        (
            "operation",
            "For whoever runs the server: is it alive, can it answer, what has it done, which "
            "version is it.",
        ),
    )
]
DESCRIPTION = """
Every error is `application/problem+json` (RFC 9457) with the id of the request. Lists take `limit`
and `cursor`, and name the next page in `next` and in the header `Link` (RFC 8288). Parameters and
fields that are not known are refused with 422, and the nearest known one is named. Where tokens are
asked for, send one as `Authorization: Bearer`; `accord token create` makes it.
""".strip().replace("\n", " ")
