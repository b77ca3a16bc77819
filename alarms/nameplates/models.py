"""The account behind a transmitter's keyed hash, encrypted where it stands."""

from __future__ import annotations

from django.db import models


class Nameplate(models.Model):
    """One transmitter's account. Nothing looks a transmitter up by it: that is what the hash is for."""

    transmitter_id = models.BigIntegerField(primary_key=True)
    account_sealed = models.TextField(help_text="Kontot, krypterat")
