"""A document as DOCX, with footnotes that Word numbers and keeps at the foot of the page."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import docx
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt, RGBColor

from app.exports.footnoted import FootnotedDocument, Note, Section, Sentence, SideBySide
from app.languages.catalogue import long_date, say

_REFERENCE, _TEXT = "Footnote Reference", "Footnote Text"
_SOFT = RGBColor(0x63, 0x5E, 0x54)
# Word expects these two before any note of ours; they draw the line above the notes.
_SEPARATORS = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0">'
    "<w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>"
)


def as_docx(document: FootnotedDocument) -> bytes:
    """The file's bytes."""
    word = docx.Document()
    _add_styles(word)
    _add_notes(word, document)
    word.core_properties.title = document.title
    word.core_properties.author = "Accord"
    word.core_properties.comments = ""
    word.core_properties.created = document.created.replace(tzinfo=None)
    word.core_properties.modified = document.created.replace(tzinfo=None)
    word.add_heading(document.title, level=1)
    language = document.language
    created = long_date(document.created.date(), language=language)
    answered = say(language, "Answered by Accord from its sources, {date}.", date=created)
    _add_aside(word, Sentence(answered, ()))
    for section in document.sections:
        _add_section(word, section, language, is_only=len(document.sections) == 1)
    buffer = io.BytesIO()
    word.save(buffer)
    return buffer.getvalue()


def _add_section(word: Any, section: Section, language: str, *, is_only: bool) -> None:
    if not is_only:
        word.add_heading(section.question, level=2)
    if section.understood:
        _add_aside(word, Sentence(section.understood, ()))
    if section.lead:
        _add_sentences(word.add_paragraph(), section.lead, bold=True)
    before = ""
    for heading, sentences in section.paragraphs:
        if heading and heading != before:
            word.add_paragraph().add_run(heading).bold = True
        before = heading
        if sentences[0].is_item:
            for sentence in sentences:
                _add_sentence(word.add_paragraph(style="List Bullet"), sentence)
            continue
        _add_sentences(word.add_paragraph(), sentences)
    if section.table:
        _add_table(word, section.table)
    if section.message:
        word.add_paragraph(section.message)
    for remark in section.remarks:
        _add_aside(word, remark)
    if section.near_misses:
        _add_aside(word, Sentence(say(language, "Near, but not an answer:"), ()))
        for miss in section.near_misses:
            word.add_paragraph(miss, style="List Bullet")


def _add_table(word: Any, table: SideBySide) -> None:
    grid = word.add_table(rows=1 + len(table.rows), cols=1 + len(table.columns))
    grid.style = "Table Grid"
    for place, name in enumerate(table.columns, start=1):
        grid.cell(0, place).paragraphs[0].add_run(name).bold = True
    for number, (label, cells) in enumerate(table.rows, start=1):
        grid.cell(number, 0).paragraphs[0].add_run(label).bold = True
        for place, cell in enumerate(cells, start=1):
            _add_sentence(grid.cell(number, place).paragraphs[0], cell)


def _add_aside(word: Any, sentence: Sentence) -> None:
    paragraph = word.add_paragraph()
    _add_sentence(paragraph, sentence)
    for run in paragraph.runs:
        run.italic = True
        run.font.color.rgb = _SOFT


def _add_sentences(paragraph: Any, sentences: Sequence[Sentence], *, bold: bool = False) -> None:
    for number, sentence in enumerate(sentences):
        _add_sentence(paragraph, sentence, before=" " if number else "", bold=bold)


def _add_sentence(
    paragraph: Any, sentence: Sentence, *, before: str = "", bold: bool = False
) -> None:
    paragraph.add_run(before + sentence.text).bold = bold or None
    for place, number in enumerate(sentence.notes):
        # Word sets numbers next to each other as one: 1 and 2 as 12.
        run = paragraph.add_run(", " if place else "", style=_REFERENCE)
        reference = OxmlElement("w:footnoteReference")
        reference.set(qn("w:id"), str(number))
        run._r.append(reference)


def _add_styles(word: Any) -> None:
    reference = word.styles.add_style(_REFERENCE, WD_STYLE_TYPE.CHARACTER)
    reference.font.superscript = True
    text = word.styles.add_style(_TEXT, WD_STYLE_TYPE.PARAGRAPH)
    text.base_style = word.styles["Normal"]
    text.font.size = Pt(9)
    text.paragraph_format.space_after = Pt(2)


def _add_notes(word: Any, document: FootnotedDocument) -> None:
    """The part of the package that holds the notes, which python-docx does not write itself."""
    root = parse_xml(f"<w:footnotes {nsdecls('w', 'r')}>{_SEPARATORS}</w:footnotes>")
    part = Part(
        PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, package=word.part.package
    )
    for note in document.notes:
        root.append(_footnote(note, part, word, document.language))
    part._blob = serialize_part_xml(root)
    word.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    separators = "".join(f'<w:footnote w:id="{number}"/>' for number in (-1, 0))
    properties = parse_xml(f"<w:footnotePr {nsdecls('w')}>{separators}</w:footnotePr>")
    # The schema wants it before the compatibility settings.
    settings = word.settings.element
    compatibility = settings.find(qn("w:compat"))
    if compatibility is None:
        settings.append(properties)
    else:
        compatibility.addprevious(properties)


def _footnote(note: Note, part: Part, word: Any, language: str) -> Any:
    footnote = OxmlElement("w:footnote")
    footnote.set(qn("w:id"), str(note.number))
    paragraph = word.add_paragraph(style=_TEXT)
    mark = paragraph.add_run(style=_REFERENCE)
    mark._r.append(OxmlElement("w:footnoteRef"))
    paragraph.add_run(f" {note.source}. “{note.quote}” ")
    _add_link(paragraph, part, say(language, "cited passage"), note.permalink)
    if note.url:
        paragraph.add_run(", ")
        _add_link(paragraph, part, say(language, "original"), note.url)
    # Made in the body, where the library makes paragraphs, and moved to the notes.
    footnote.append(paragraph._p)
    return footnote


def _add_link(paragraph: Any, part: Part, text: str, url: str) -> None:
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run = paragraph.add_run(text)
    run.underline = True
    link.append(run._r)
    paragraph._p.append(link)
