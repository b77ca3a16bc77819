"""What the console can write in a journal, the municipality's officers read in words, never as a code."""

from __future__ import annotations

from operator_console.case.words import JOURNAL
from tenants.portal import words


def test_every_verb_of_the_journal_has_words_in_the_portal() -> None:
    assert set(JOURNAL) - set(words.VERBS) == set()
