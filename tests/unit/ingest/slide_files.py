"""Builds small presentations and books by hand, part by part."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO

_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
NAMES = f'xmlns:a="{_A}" xmlns:r="{_R}" xmlns:p="{_P}"'


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return stream.getvalue()


def relations(*pairs: tuple[str, str]) -> str:
    """Relations with the ids rId1, rId2 …: kind and target."""
    inner = "".join(
        f'<Relationship Id="rId{number}" Type="{_R}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(pairs, start=1)
    )
    names = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{names}">{inner}</Relationships>'


def paragraph(text: str, properties: str = "", of_run: str = "") -> str:
    run = f"<a:r><a:rPr {of_run}/><a:t>{text}</a:t></a:r>"
    return f"<a:p><a:pPr>{properties}</a:pPr>{run}</a:p>"


def place(x: float, y: float, width: float, height: float) -> str:
    return f'<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'


def shape(*paragraphs: str, kind: str | None = None, at: str = "", hidden: bool = False) -> str:
    """A shape of text; `kind` makes it a placeholder."""
    mark = "" if kind is None else f'<p:ph type="{kind}"/>'
    body = "".join(each if each.startswith("<") else paragraph(each) for each in paragraphs)
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="1" name="x" hidden="{int(hidden)}"/><p:nvPr>{mark}</p:nvPr>'
        f"</p:nvSpPr><p:spPr>{at}</p:spPr><p:txBody>{body}</p:txBody></p:sp>"
    )


def frame(graphic: str, at: str = "") -> str:
    data = f"<a:graphic><a:graphicData>{graphic}</a:graphicData></a:graphic>"
    named = '<p:nvGraphicFramePr><p:cNvPr id="2" name="y"/></p:nvGraphicFramePr>'
    return f"<p:graphicFrame>{named}{at}{data}</p:graphicFrame>"


def table(*rows: Sequence[str], header: bool = True) -> str:
    lines = "".join(
        f"<a:tr>{''.join(f'<a:tc><a:txBody>{paragraph(c)}</a:txBody></a:tc>' for c in row)}</a:tr>"
        for row in rows
    )
    return f'<a:tbl><a:tblPr firstRow="{int(header)}"/>{lines}</a:tbl>'


def slide(*shapes: str, attributes: str = "") -> str:
    tree = f"<p:cSld><p:spTree>{''.join(shapes)}</p:spTree></p:cSld>"
    return f"<p:sld {NAMES} {attributes}>{tree}</p:sld>"


def presentation(*slides: str, **more: str) -> bytes:
    """A file of these slides.

    Args:
        slides: Their XML.
        more: Other parts by their names.
    """
    listed = "".join(f'<p:sldId id="{n}" r:id="rId{n}"/>' for n in range(1, len(slides) + 1))
    listed = f"<p:sldIdLst>{listed}</p:sldIdLst>"
    parts = {
        "_rels/.rels": relations(("officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": f"<p:presentation {NAMES}>{listed}</p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(
            *(("slide", f"slides/slide{n}.xml") for n in range(1, len(slides) + 1))
        ),
    }
    parts |= {f"ppt/slides/slide{n}.xml": each for n, each in enumerate(slides, start=1)}
    return zipped({**parts, **more})


def book(
    *pages: str, metadata: str = "", more: Mapping[str, str] | None = None, **items: str
) -> bytes:
    """An EPUB file of these pages, each the inner markup of its body.

    Args:
        pages: In the order of reading.
        metadata: Elements of the package's metadata.
        more: Other entries.
        items: Properties of the item of a page, by its name ("p1").
    """
    names = [f"p{number}" for number in range(1, len(pages) + 1)]
    listed = "".join(
        f'<item id="{n}" href="{n}.xhtml" media-type="application/xhtml+xml" '
        f'properties="{items.get(n, "")}"/>'
        for n in names
    )
    spine = "".join(f'<itemref idref="{name}"/>' for name in names)
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:opf="http://www.idpf.org/2007/opf" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>{metadata}</metadata>'
        f"<manifest>{listed}</manifest><spine>{spine}</spine></package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/a.opf"/></rootfiles></container>'
    )
    head = '<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head>'
    entries: dict[str, str] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": container,
        "OEBPS/a.opf": package,
    }
    entries |= {
        f"OEBPS/{name}.xhtml": f"{head}<body>{page}</body></html>"
        for name, page in zip(names, pages, strict=True)
    }
    return zipped({**entries, **(more or {})})
