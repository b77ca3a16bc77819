"""What can be wrong with a frame. Everything the codec raises is a :class:`Dc09Error`."""

from __future__ import annotations


class Dc09Error(ValueError):
    """A frame that can't be read, opened or written."""


class Malformed(Dc09Error):
    """Not a DC-09 frame, or not a whole one: it is met with silence."""


class BadLength(Malformed):
    """The length field isn't the length of what it counts: met with silence."""


class BadCrc(Malformed):
    """The check sum isn't that of what it covers: met with silence, and the panel sends again."""


class BadTimestamp(Dc09Error):
    """The frame is whole but its timestamp is no time at all: a panel whose clock was never set. A NAK sets it."""


class Undecipherable(Dc09Error):
    """What comes out isn't a DC-09 content: another key, or a sender that leaves out the mandatory timestamp."""


class BadKey(Dc09Error):
    """Not a key of 16, 24 or 32 bytes."""


class Unbuildable(Dc09Error):
    """What is to be sent doesn't fit into a frame: too long, or a field holds what its place can't."""
