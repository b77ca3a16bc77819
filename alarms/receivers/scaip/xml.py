"""XML from strangers: one flat element with named texts in it. No document type, no entities, at most 16 kB."""

from __future__ import annotations

import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree

MAX_BYTES = 16 * 1024
UTF16 = (b"\xff\xfe", b"\xfe\xff")  # its marks
#: The standard's root, and Syntilio's. What is answered to each stands in ``response``.
ROOTS = frozenset({"mrq", "mrs", "scaip"})
_REF = re.compile(
    rb"<(?:\w{1,32}:)?ref(?:\s[^<>]{0,200})?>\s{0,32}([0-9A-Za-z]{1,64})\s{0,32}</", re.IGNORECASE
)
_ROOT = re.compile(rb"<(?:\w{1,32}:)?(mrq|scaip)[\s/>]", re.IGNORECASE)


class NotXml(ValueError):
    """Not well-formed, too large, with a document type or entities, or of an unknown root."""


@dataclass(frozen=True, slots=True)
class Document:
    """A root's name and its elements' texts, all names in lower case and without namespace, texts trimmed.

    ``lge`` holds the elements inside ``<lge>``. Of an element that stands twice the first counts.
    """

    root: str
    fields: dict[str, str]
    lge: dict[str, str]


def read(body: bytes) -> Document:
    """The document. Raises NotXml, and nothing else."""
    if len(body) > MAX_BYTES:
        raise NotXml("too large")
    if not body.startswith(UTF16):
        body = body.strip(b"\0 \t\r\n")
    try:
        root = ElementTree.fromstring(body, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    # ParseError is a SyntaxError; an unknown encoding a LookupError; defusedxml's refusals and odd encodings ValueErrors
    except (ParseError, ValueError, LookupError) as error:
        raise NotXml(type(error).__name__) from None
    name = _name(root)
    if name not in ROOTS:
        raise NotXml("unknown root")
    fields, lge = _texts(root), {}
    for child in root:
        if _name(child) == "lge":
            lge = _texts(child)
            break
    return Document(root=name, fields=fields, lge=lge)


def spied_ref(body: bytes) -> str | None:
    """The reference in what could not be read as XML, so that the sender can be told; None where there is none."""
    found = _REF.search(body[:MAX_BYTES])
    return found[1].decode("ascii") if found else None


def spied_root(body: bytes) -> str:
    """Which dialect unreadable XML was meant to be in."""
    found = _ROOT.search(body[:1024])
    return found[1].decode("ascii").lower() if found else "mrq"


def _texts(parent: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for child in parent:
        text = " ".join((child.text or "").split())
        if text:
            found.setdefault(_name(child), text)
    return found


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
