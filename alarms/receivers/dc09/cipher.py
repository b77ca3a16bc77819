"""AES-CBC as DC-09 5.4 has it: a zero initialisation vector, made up for by random pad in front, and no padding mode."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from alarms.receivers.dc09.errors import BadKey, Unbuildable, Undecipherable

BLOCK = 16
KEY_BYTES = frozenset({16, 24, 32})
#: The least pad: one whole block of it hides that two contents begin alike (DC-09 5.4.4.3).
LEAST_PAD = 16
FORBIDDEN_IN_PAD = b"[]|"
_ALPHABET = bytes(byte for byte in range(256) if byte not in FORBIDDEN_IN_PAD)

#: Gives so many bytes of pad, none of them ``[``, ``]`` or ``|``.
Pad = Callable[[int], bytes]


def random_pad(length: int) -> bytes:
    """Pad from the system's source of randomness."""
    return bytes(secrets.choice(_ALPHABET) for _ in range(length))


def _cipher(key: bytes) -> Cipher[modes.CBC]:
    if len(key) not in KEY_BYTES:
        raise BadKey("a key has 16, 24 or 32 bytes")
    return Cipher(algorithms.AES(key), modes.CBC(bytes(BLOCK)))


def seal(content: bytes, *, key: bytes, pad: Pad) -> bytes:
    """Pad, ``|`` and content, encrypted. Raises BadKey, and Unbuildable on a pad that can't be told from content."""
    encryptor = _cipher(key).encryptor()
    length = LEAST_PAD + -(LEAST_PAD + 1 + len(content)) % BLOCK
    padding = pad(length)
    if len(padding) != length or any(byte in FORBIDDEN_IN_PAD for byte in padding):
        raise Unbuildable("pad")
    return encryptor.update(padding + b"|" + content) + encryptor.finalize()


def unseal(ciphertext: bytes, *, key: bytes) -> bytes:
    """The content with its pad taken off. Raises BadKey and Undecipherable.

    Without data there may be no ``|``: siadc09 and pysiaalarm write the pad right up to the ``]``.
    """
    decryptor = _cipher(key).decryptor()
    if not ciphertext or len(ciphertext) % BLOCK:
        raise Undecipherable("not whole blocks")
    clear = decryptor.update(ciphertext) + decryptor.finalize()
    head, bracket, tail = clear.partition(b"]")
    if not bracket or b"[" in head.partition(b"|")[0]:
        raise Undecipherable("no content")
    return head.partition(b"|")[2] + bracket + tail
