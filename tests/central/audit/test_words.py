"""Every verb the code writes has Swedish words."""

from __future__ import annotations

import re
from pathlib import Path

from central.audit.words import VERBS, sentence

ROOT = Path(__file__).resolve().parents[3]


def test_every_verb_written_out_in_the_code_has_words() -> None:
    written: set[str] = set()
    for folder in ("platform/central", "tenants", "alarms", "operator_console"):
        for path in (ROOT / folder).rglob("*.py"):
            found = re.findall(r'(?:record|_note|_audit|Row)\(\s*"([a-z_]+\.[a-z_]+)"', path.read_text())
            written.update(found)
    assert written, "nothing was found: the pattern is out of date"
    assert written <= set(VERBS), written - set(VERBS)


def test_an_unknown_verb_stands_as_it_is() -> None:
    assert sentence("new.thing") == "new.thing"
