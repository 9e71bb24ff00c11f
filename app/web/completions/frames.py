"""Accord's own words around an answer, in the languages that a system message may ask for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frame:
    """Accord's words in one language. Quotes are never translated."""

    code: str
    """Of the language."""
    names: tuple[str, ...]
    """Of the language, as a system message may call it, in lower case."""
    sources: str
    differ: str
    newest: str
    undated: str
    near: str
    abstained: str | None = None
    """In place of the service's own sentence; None keeps that, which says more."""


ENGLISH = Frame(
    code="en",
    names=("english",),
    sources="Sources:",
    differ="Sources differ",
    newest="Newest source used",
    undated="no date",
    near="Near, but not an answer:",
)
FRAMES = (
    ENGLISH,
    Frame(
        code="de",
        names=("german", "deutsch"),
        sources="Quellen:",
        differ="Die Quellen sind sich nicht einig",
        newest="Neueste verwendete Quelle",
        undated="ohne Datum",
        near="In der Nähe, aber keine Antwort:",
        abstained="Die Quellen sagen dazu nichts.",
    ),
    Frame(
        code="fr",
        names=("french", "français", "francais"),
        sources="Sources :",
        differ="Les sources divergent",
        newest="Source la plus récente",
        undated="sans date",
        near="Proche, mais pas une réponse :",
        abstained="Les sources ne le disent pas.",
    ),
    Frame(
        code="es",
        names=("spanish", "español", "espanol", "castellano"),
        sources="Fuentes:",
        differ="Las fuentes difieren",
        newest="Fuente más reciente",
        undated="sin fecha",
        near="Cercano, pero no es una respuesta:",
        abstained="Las fuentes no lo dicen.",
    ),
    Frame(
        code="it",
        names=("italian", "italiano"),
        sources="Fonti:",
        differ="Le fonti sono in disaccordo",
        newest="Fonte più recente",
        undated="senza data",
        near="Vicino, ma non una risposta:",
        abstained="Le fonti non lo dicono.",
    ),
    Frame(
        code="nl",
        names=("dutch", "nederlands"),
        sources="Bronnen:",
        differ="De bronnen verschillen",
        newest="Nieuwste gebruikte bron",
        undated="zonder datum",
        near="In de buurt, maar geen antwoord:",
        abstained="De bronnen zeggen dit niet.",
    ),
    Frame(
        code="pt",
        names=("portuguese", "português", "portugues"),
        sources="Fontes:",
        differ="As fontes divergem",
        newest="Fonte mais recente",
        undated="sem data",
        near="Próximo, mas não é uma resposta:",
        abstained="As fontes não o dizem.",
    ),
)
SOURCE_HEADINGS = frozenset(frame.sources for frame in FRAMES)


def frame_in(language: str) -> Frame:
    """The frame of a language, by its code; that of English where it has none."""
    return next((frame for frame in FRAMES if frame.code == language), ENGLISH)
