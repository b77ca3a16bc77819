"""Papers: what must be readable when screens fail, as PDF on A4.

A paper is a title and a row of parts, top to bottom::

    paper.document("Brandlarm, version 7", printed=now, parts=[
        Text("Gäller från 2026-11-23 08:00", tone="muted"),
        Heading("Gör så här"),
        Steps([Step("1", "Ring skolan", lines=["Måste göras"], boxes=["Ja", "Nej"])]),
        Table(["Jour", "Telefon"], [["Vägjour", "070-174 06 21"]], widths=[2, 1]),
        NewPage(),
    ])

The same arguments give the same bytes. The letters are in the file (Vera, which comes with reportlab: Western and most of
Central European letters); a sign the face lacks is written with its nearest letter, or as ?. Every text is text: nothing
in it is read as markup.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import chain
from typing import Any, Literal
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, PageBreak, Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as Grid

PDF_TYPE = "application/pdf"
PLAIN, BOLD = "PaperPlain", "PaperBold"
MARGIN, INSET = 18 * mm, 6
"""To the frame, and within it (points)."""
STOCKHOLM = ZoneInfo("Europe/Stockholm")
MUTED, LINE = HexColor("#4A5662"), HexColor("#6F7C89")
UNKNOWN = "?"
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]|[\ud800-\udfff]")
_NEAREST = {"→": "->", "←": "<-", "✓": "x", "☐": "[ ]", "\t": " "}

type Tone = Literal["plain", "muted", "strong"]
type Part = Heading | Text | Table | Steps | NewPage


@dataclass(frozen=True, slots=True)
class Heading:
    """``level`` 1 is as large as the title, 2 a section, 3 within it. Never last on a page."""

    text: str
    level: Literal[1, 2, 3] = 2


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; a line break in it is one on paper."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Table:
    """Headings and rows of the same length; ``widths`` are shares, even when left out. Headings come again on each page.

    ``empty`` is said in place of a table without rows.
    """

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Sequence[float] = ()
    empty: str = "Inget att visa."


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered step: ``lines`` stand small under its text, ``boxes`` are answers to tick with a pen."""

    number: str
    text: str
    lines: Sequence[str] = ()
    boxes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps with room for the time and a signature beside each."""

    steps: Sequence[Step]
    sign: bool = True


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a page of its own."""


@dataclass(slots=True)
class _Footed:
    """Canvases that say on each page which of how many it is: known when the last is drawn."""

    footer: str
    pages: list[dict[str, Any]] = field(default_factory=list)

    def make(self, *args: Any, **kwargs: Any) -> Canvas:
        footed = self

        class Numbered(Canvas):
            def showPage(self) -> None:  # noqa: N802 - reportlab's name
                footed.pages.append(dict(self.__dict__))
                self._startPage()  # type: ignore[attr-defined]

            def save(self) -> None:
                for number, page in enumerate(footed.pages, 1):
                    self.__dict__.update(page)
                    footed.draw(self, number)
                    Canvas.showPage(self)
                Canvas.save(self)

        return Numbered(*args, **{**kwargs, "invariant": 1, "lang": "sv-SE"})

    def draw(self, canvas: Canvas, number: int) -> None:
        canvas.setFont(PLAIN, 8)
        canvas.setFillColor(MUTED)
        canvas.drawString(MARGIN + INSET, 10 * mm, self.footer)
        canvas.drawRightString(A4[0] - MARGIN - INSET, 10 * mm, f"Sida {number} av {len(self.pages)}")


def document(title: str, *, printed: datetime, parts: Sequence[Part]) -> bytes:
    """The whole paper as PDF. ``printed`` is aware; each footer says it in Swedish time, with title and page number."""
    _faces()
    when = f"{printed.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"
    name = written(title)
    footed = _Footed(_fitted(f"{name} · utskriven {when}"))
    out = io.BytesIO()
    template = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=16 * mm, bottomMargin=18 * mm,
        title=name, author="Trygghetscentralen", creator="Trygghetscentralen",
    )  # fmt: skip
    head: list[Flowable] = [_paragraph(title, "h1")]
    template.build([*head, *chain.from_iterable(map(_drawn, parts))], canvasmaker=footed.make)
    return out.getvalue()


def written(text: str) -> str:
    """The text with the letters the face has: the nearest one for what it lacks, ? where there is none."""
    return "".join(_letter(sign) for sign in _UNWRITABLE.sub("", unicodedata.normalize("NFC", text)))


@cache
def _letter(sign: str) -> str:
    if sign == "\n" or ord(sign) in _faces():
        return sign
    if sign in _NEAREST:
        return _NEAREST[sign]
    if sign.isspace():
        return " "
    bare = "".join(one for one in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(one))
    return bare if bare and all(ord(one) in _faces() for one in bare) else UNKNOWN


@cache
def _faces() -> frozenset[int]:
    """Register both faces once; the code points that both have."""
    kept: list[set[int]] = []
    for name, file in ((PLAIN, "Vera.ttf"), (BOLD, "VeraBd.ttf")):
        font = TTFont(name, file)
        pdfmetrics.registerFont(font)
        kept.append(set(font.face.charToGlyph))
    return frozenset(set.intersection(*kept))


def _fitted(text: str) -> str:
    """What fits beside the page number, cut before its end."""
    room = A4[0] - 2 * (MARGIN + INSET) - 30 * mm
    while pdfmetrics.stringWidth(text, PLAIN, 8) > room:
        head, _, tail = text.rpartition(" · ")
        text = f"{head[:-2].rstrip('…')}… · {tail}" if len(head) > 4 else text[:-1]
    return text


@cache
def _style(name: str) -> ParagraphStyle:
    size, bold, before, after = {
        "h1": (17, True, 0, 6),
        "h2": (12.5, True, 10, 4),
        "h3": (10.5, True, 7, 2),
        "strong": (10, True, 0, 4),
        "muted": (9, False, 0, 4),
        "cell": (9, False, 0, 0),
        "cellhead": (9, True, 0, 0),
        "number": (13, True, 0, 0),
        "step": (11, False, 0, 2),
        "small": (9, False, 0, 1),
    }.get(name, (10, False, 0, 4))
    return ParagraphStyle(
        name, fontName=BOLD if bold else PLAIN, fontSize=size, leading=size * 1.3, spaceBefore=before,
        spaceAfter=after, textColor=MUTED if name in ("muted", "small") else HexColor("#000000"),
        keepWithNext=name in ("h1", "h2", "h3"), splitLongWords=True,
    )  # fmt: skip


def _paragraph(text: str, style: str) -> Paragraph:
    return Paragraph(escape(written(text)).replace("\n", "<br/>"), _style(style))


def _drawn(part: Part) -> Iterator[Flowable]:
    match part:
        case Heading():
            yield _paragraph(part.text, f"h{part.level}")
        case Text():
            yield _paragraph(part.text, part.tone)
        case Table():
            yield _table(part) if part.rows else _paragraph(part.empty, "muted")
            yield Spacer(0, 3 * mm)
        case Steps():
            for step in part.steps:
                yield KeepTogether([_step(step, part.sign)])
            yield Spacer(0, 3 * mm)
        case NewPage():
            yield PageBreak()


def _table(part: Table) -> Grid:
    if any(len(row) != len(part.headings) for row in part.rows):
        raise ValueError("a row of another length than its headings")
    shares = part.widths or [1.0] * len(part.headings)
    room = A4[0] - 2 * (MARGIN + INSET)
    cells = [[_paragraph(one, "cellhead") for one in part.headings]]
    cells += [[_paragraph(one, "cell") for one in row] for row in part.rows]
    return Grid(
        cells, colWidths=[room * share / sum(shares) for share in shares], repeatRows=1, splitInRow=1,
        style=[
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, 0), 1, HexColor("#000000")),
            ("LINEBELOW", (0, 1), (-1, -1), 0.4, LINE),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 2.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
        ],
    )  # fmt: skip


def _step(step: Step, sign: bool) -> Grid:
    body: list[Flowable] = [_paragraph(step.text, "step")]
    body += [_paragraph(line, "small") for line in step.lines]
    if step.boxes:
        body.append(_Boxes(tuple(written(one) for one in step.boxes)))
    room = A4[0] - 2 * (MARGIN + INSET)
    signed = _paragraph("Kl. __________\nSign. ________", "small") if sign else _paragraph("", "small")
    return Grid(
        [[_paragraph(step.number, "number"), body, signed]],
        colWidths=[12 * mm, room - 12 * mm - 30 * mm, 30 * mm], splitInRow=1,
        style=[
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEABOVE", (0, 0), (-1, 0), 0.6, LINE),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 4),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 6),
        ],
    )  # fmt: skip


class _Boxes(Flowable):
    """Answers with a square before each, as many to a line as there is room for."""

    def __init__(self, words: tuple[str, ...]) -> None:
        super().__init__()
        self.words = words
        self.lines: list[list[tuple[float, str]]] = []

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803 - reportlab's names
        self.lines, x = [[]], 0.0
        for word in self.words:
            wide = 14 + pdfmetrics.stringWidth(word, PLAIN, 10) + 16
            if x and x + wide > aW:
                self.lines.append([])
                x = 0.0
            self.lines[-1].append((x, word))
            x += wide
        return aW, 16.0 * len(self.lines)

    def draw(self) -> None:
        canvas: Canvas = self.canv
        canvas.setFont(PLAIN, 10)
        for down, line in enumerate(self.lines, 1):
            y = 16.0 * (len(self.lines) - down) + 3
            for x, word in line:
                canvas.rect(x, y - 1, 9, 9)
                canvas.drawString(x + 14, y, word)
