"""Positions: WGS 84 degrees and SWEREF 99 TM metres, the one made of the other.

Gauss conformal projection on GRS 80, as Lantmäteriet publishes it (central meridian 15°, scale 0.9996, false easting
500 km). SWEREF 99 and WGS 84 differ by less than a metre, which is nothing here. Within Sweden to a millimetre.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

_FLATTENING = 1 / 298.257222101
_AXIS = 6_378_137.0
_MERIDIAN, _SCALE, _FALSE_EAST = math.radians(15.0), 0.9996, 500_000.0
_N = _FLATTENING / (2 - _FLATTENING)
_RADIUS = _AXIS / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_E2 = _FLATTENING * (2 - _FLATTENING)
_BETA = (
    _N / 2 - 2 * _N**2 / 3 + 5 * _N**3 / 16 + 41 * _N**4 / 180,
    13 * _N**2 / 48 - 3 * _N**3 / 5 + 557 * _N**4 / 1440,
    61 * _N**3 / 240 - 103 * _N**4 / 140,
    49561 * _N**4 / 161280,
)
_DELTA = (
    _N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96 - _N**4 / 360,
    _N**2 / 48 + _N**3 / 15 - 437 * _N**4 / 1440,
    17 * _N**3 / 480 - 37 * _N**4 / 840,
    4397 * _N**4 / 161280,
)


@dataclass(frozen=True, slots=True)
class Position:
    """``lat`` and ``lon`` in degrees (WGS 84), ``x`` east and ``y`` north in metres (SWEREF 99 TM)."""

    lat: float
    lon: float
    x: float
    y: float


class BadPosition(ValueError):
    """What was written is no position in Sweden."""

    message = (
        "Skriv läget som latitud och longitud, 55.8707, 12.8302, eller som SWEREF 99 TM, 6193817, 364235."
    )


def read_position(text: str) -> Position:
    """ "55.8707, 12.8302" (latitude, longitude) or "6193817, 364235" (north, east). Raises BadPosition."""
    found = re.fullmatch(
        r"\s*(\d+(?:[.,]\d+)?)\s*(?:[;/ ]|,\s)\s*(\d+(?:[.,]\d+)?)\s*", text
    ) or re.fullmatch(r"\s*(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)\s*", text)
    if not found:
        raise BadPosition
    first, second = (float(one.replace(",", ".")) for one in found.groups())
    if 55 <= first <= 69.5 and 10 <= second <= 25:
        x, y = to_sweref(first, second)
        return Position(first, second, round(x, 1), round(y, 1))
    if 6_100_000 <= first <= 7_700_000 and 250_000 <= second <= 950_000:
        lat, lon = to_wgs84(second, first)
        return Position(round(lat, 6), round(lon, 6), second, first)
    raise BadPosition


def to_sweref(lat: float, lon: float) -> tuple[float, float]:
    """Degrees to (east, north) in metres."""
    phi, away = math.radians(lat), math.radians(lon) - _MERIDIAN
    root = math.sqrt(_E2)
    conformal = math.asinh(math.tan(phi)) - root * math.atanh(root * math.sin(phi))
    xi = math.atan2(math.sinh(conformal), math.cos(away))
    eta = math.atanh(math.sin(away) / math.cosh(conformal))
    north, east = xi, eta
    for k, beta in enumerate(_BETA, start=1):
        north += beta * math.sin(2 * k * xi) * math.cosh(2 * k * eta)
        east += beta * math.cos(2 * k * xi) * math.sinh(2 * k * eta)
    return _FALSE_EAST + _SCALE * _RADIUS * east, _SCALE * _RADIUS * north


def to_wgs84(x: float, y: float) -> tuple[float, float]:
    """(east, north) in metres to (latitude, longitude) in degrees."""
    xi, eta = y / (_SCALE * _RADIUS), (x - _FALSE_EAST) / (_SCALE * _RADIUS)
    north, east = xi, eta
    for k, delta in enumerate(_DELTA, start=1):
        north -= delta * math.sin(2 * k * xi) * math.cosh(2 * k * eta)
        east -= delta * math.cos(2 * k * xi) * math.sinh(2 * k * eta)
    chi = math.asin(math.sin(north) / math.cosh(east))
    away = math.atan2(math.sinh(east), math.cos(north))
    phi = chi
    root = math.sqrt(_E2)
    for _ in range(6):
        phi = math.atan(math.sinh(math.asinh(math.tan(chi)) + root * math.atanh(root * math.sin(phi))))
    return math.degrees(phi), math.degrees(_MERIDIAN + away)
