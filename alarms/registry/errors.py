"""What a change of the register may meet."""

from __future__ import annotations


class Wrong(Exception):
    """Fields to mend: ``errors`` maps each to a sentence, "" to what concerns none of them."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = errors


class UnknownTransmitter(Exception):
    """No such transmitter, or it is no longer in use, or its function is not for this person."""


class Expired(Exception):
    """The file is no longer kept: an hour has passed, or it was thrown away."""


class RegisterChanged(Exception):
    """Somebody changed the register after the differences were shown: they must be looked at again."""
