"""Which receivers this installation opens: those with a port."""

from __future__ import annotations

import ssl

from alarms.receivers.dc09.intake import Dc09Way
from alarms.receivers.process import Receiver
from alarms.receivers.scaip.intake import ScaipWay


class BadCertificate(Exception):
    """The certificate or its key can't be used; `str(error)` is one line for a person."""


def receivers(
    host: str, *, dc09: int = 0, scaip: int = 0, tls: ssl.SSLContext | None = None, scaip_tls: int = 0
) -> list[Receiver]:
    """One for each protocol that has a port; 0 is none. SCAIP over TLS besides where ``tls`` is given."""
    found: list[Receiver] = []
    if dc09:
        found.append(Dc09Way(host, dc09))
    if scaip:
        found.append(ScaipWay(host, scaip, tls=tls, tls_port=scaip_tls))
    return found


def certificate(chain: str, key: str) -> ssl.SSLContext | None:
    """What SCAIP over TLS shows of itself, from two PEM files; None where neither is set. Raises BadCertificate."""
    if not chain and not key:
        return None
    if not chain or not key:
        raise BadCertificate("Sätt både SCAIP_TLS_CERTIFICATE och SCAIP_TLS_KEY, eller ingen av dem.")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(chain, key)
    except OSError as error:  # ssl.SSLError is one
        raise BadCertificate(
            "SCAIP_TLS_CERTIFICATE eller SCAIP_TLS_KEY kan inte läsas: "
            + (error.strerror or type(error).__name__)
        ) from error
    return context
