"""CRC-16/ARC (polynomial 0xA001 reflected, start 0), as DC-07 appendix B has it: "123456789" gives BB3D."""

from __future__ import annotations

POLYNOMIAL = 0xA001


def _entry(value: int) -> int:
    for _ in range(8):
        value = (value >> 1) ^ POLYNOMIAL if value & 1 else value >> 1
    return value


_TABLE = tuple(_entry(value) for value in range(256))


def crc16(data: bytes) -> int:
    """The check sum, 0–65535."""
    table, crc = _TABLE, 0
    for byte in data:
        crc = (crc >> 8) ^ table[(crc ^ byte) & 0xFF]
    return crc


def crc_text(data: bytes) -> str:
    """The check sum as it stands in a frame: four hex digits in upper case."""
    return f"{crc16(data):04X}"
