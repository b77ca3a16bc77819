"""The demo's keys: derived from its secret, so that nothing needs to be kept beside the database."""

import hashlib
import hmac


def source_key(source: str, secret: str) -> str:
    """The Bearer key of a demo source, the same in every process that knows SECRET_KEY."""
    digest = hmac.new(secret.encode(), f"demo.source:{source}".encode(), hashlib.sha256)
    return f"tck_demo_{digest.hexdigest()[:32]}"


def aes_key(account: str, secret: str) -> bytes:
    """The 16 bytes with which a demo panel encrypts."""
    return hmac.digest(secret.encode(), f"demo.panel:{account}".encode(), "sha256")[:16]
