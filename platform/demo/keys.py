"""The demo's source keys: derived from its secret, so that nothing needs to be kept beside the database."""

import hashlib
import hmac


def source_key(source: str, secret: str) -> str:
    """The Bearer key of a demo source, the same in every process that knows SECRET_KEY."""
    digest = hmac.new(secret.encode(), f"demo.source:{source}".encode(), hashlib.sha256)
    return f"tck_demo_{digest.hexdigest()[:32]}"
