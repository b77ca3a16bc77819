"""Writing to the queue: every verb of the operator, in one place to import from."""

from alarms.workqueue.by_hand import create_by_hand
from alarms.workqueue.claiming import (
    HAND_OVER_REASONS,
    accept_offer,
    claim,
    claim_next,
    decline_offer,
    hand_over,
    held_count,
    offer,
    release,
)
from alarms.workqueue.group_chunks import PARK_REASONS
from alarms.workqueue.groups import close_duplicates, park_group, undo_group
from alarms.workqueue.handling import (
    PRIORITY_REASONS,
    SKIP_REASONS,
    change_priority,
    close,
    link,
    note,
    park,
    reopen,
    skip_step,
    tick_step,
    undo,
)
from alarms.workqueue.notices import call_leader
from alarms.workqueue.words import set_word
from tenants.casefiles.words import OUTCOMES

__all__ = [
    "HAND_OVER_REASONS",
    "OUTCOMES",
    "PARK_REASONS",
    "PRIORITY_REASONS",
    "SKIP_REASONS",
    "accept_offer",
    "call_leader",
    "change_priority",
    "claim",
    "claim_next",
    "close",
    "close_duplicates",
    "create_by_hand",
    "decline_offer",
    "hand_over",
    "held_count",
    "link",
    "note",
    "offer",
    "park",
    "park_group",
    "release",
    "reopen",
    "set_word",
    "skip_step",
    "tick_step",
    "undo",
    "undo_group",
]
