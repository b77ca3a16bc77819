"""Joins ports to implementations: lower layers ask by Protocol, the composition root answers."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from alarms.callouts import purposes
from alarms.callouts.asking import INFO as CALLOUT_INFO
from alarms.callouts.listening import CalloutNews, Callouts, Safety
from alarms.callouts.queries import unresolved
from alarms.callouts.safety import PURPOSE as SAFETY
from alarms.decisions import services as decisions
from alarms.decisions.asking import PURPOSE as PURPOSE_OF_DECISIONS
from alarms.decisions.asking import ToDecide, when_nobody
from alarms.decisions.models import Decision
from alarms.followup.counting import statistics
from alarms.followup.facts import facts_of
from alarms.handover import standing as handover
from alarms.intake import conventions
from alarms.intake.models import Protocol
from alarms.intake.signals_of import newest_of
from alarms.receivers.conventions import dc09_faults, scaip_faults
from alarms.receivers.webhook.mapping import faults as webhook_faults
from alarms.stepping import deadlines, reviews
from alarms.stepping.doing import PURPOSE as PURPOSE_OF_STEPS
from alarms.stepping.doing import StepMessages
from alarms.unexpected import PURPOSE, Unexpected
from alarms.workqueue import closing, step_watch
from alarms.workqueue.errors import Remaining
from alarms.workqueue.models import WorkItem
from central.accounts.models import User
from central.audit import ports as audit_ports
from central.carriers import letters, listeners
from config.transmitters import Transmitters
from tenants import transmitters
from tenants.contents.ports import register_signals
from tenants.contents.services import MessageLetters, store_audit_detail, store_audit_details
from tenants.decided import ports as deferrals
from tenants.followup import ports as followup
from tenants.instructions import ports as instruction_reviews
from tenants.reachability.answers import NumberTests
from tenants.reachability.services import PURPOSE as PURPOSE_OF_TESTS
from tenants.safepoints.answers import StaffAnswers
from tenants.safepoints.queries import live


def connect() -> None:
    """Called once, when Django has loaded every app."""
    audit_ports.register_details(store_audit_detail, store_audit_details)
    letters.register(MessageLetters())
    register_signals(newest_of)
    listeners.register("callout", Callouts())
    listeners.register(CALLOUT_INFO, CalloutNews())
    listeners.register(SAFETY, Safety())
    purposes.register(PURPOSE_OF_DECISIONS, ToDecide())
    purposes.register_when_nobody(when_nobody)
    deferrals.register(receive_for_team)
    listeners.register("safepoint", StaffAnswers())
    listeners.register(PURPOSE_OF_TESTS, NumberTests())
    listeners.register(PURPOSE_OF_STEPS, StepMessages())
    listeners.register_last(PURPOSE, Unexpected())
    transmitters.register(Transmitters())
    closing.register(unresolved)
    closing.register(live_points)
    followup.register(facts_of, statistics)
    step_watch.register(deadlines.follow)
    instruction_reviews.register(reviews.ask, reviews.settled)
    handover.stand()
    conventions.register(Protocol.DC09, dc09_faults)
    conventions.register(Protocol.SCAIP, scaip_faults)
    conventions.register(Protocol.WEBHOOK, webhook_faults)


def receive_for_team(*, decision_id: UUID, person: User, now: datetime) -> None:
    """The portal's receipt for what was put off, as ``tenants.decided.ports`` asks for it."""
    try:
        decisions.receive(decision_id=decision_id, person=person, now=now)
    except (decisions.AlreadyDecided, Decision.DoesNotExist):
        raise deferrals.CameBack from None


def live_points(item: WorkItem) -> list[Remaining]:
    """A case stays open while a safe point it put into use is live."""
    return [
        Remaining("safe_point", f"{one.point.name} är inte stängd", f"safepoint-{one.point.pk}")
        for one in live(item.pk)
    ]
