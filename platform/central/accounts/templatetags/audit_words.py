"""Audit verbs in words, for the two pages that show them."""

from __future__ import annotations

from django import template

from central.audit.words import sentence

register = template.Library()
register.filter("sentence", sentence)
