"""Joins ports to implementations: lower layers ask by Protocol, the composition root answers."""

from __future__ import annotations

from alarms.callouts.listening import Callouts
from alarms.callouts.queries import unresolved
from alarms.workqueue import closing
from central.audit import ports as audit_ports
from central.carriers import letters, listeners
from tenants.contents.services import MessageLetters, store_audit_detail


def connect() -> None:
    """Called once, when Django has loaded every app."""
    audit_ports.register_details(store_audit_detail)
    letters.register(MessageLetters())
    listeners.register("callout", Callouts())
    closing.register(unresolved)
