"""How a number behaves when it is called: as a person at the page, or by itself in a way that was set."""

from dataclasses import asdict, dataclass
from typing import Any

KINDS = {
    "person": "En person på sidan",
    "busy": "Upptaget",
    "dead": "Kopplas aldrig fram",
    "never": "Svarar aldrig",
    "voicemail": "Röstbrevlåda svarar",
    "key": "Svarar och trycker",
}
KEYS = frozenset("0123456789*#")
GREETING = "Hej, du har kommit till röstbrevlådan. Lämna ett meddelande efter tonen."


@dataclass(frozen=True, slots=True)
class Habit:
    """`seconds` until it is picked up (voicemail, key) and again until `key` is pressed."""

    kind: str = "person"
    seconds: float = 2.0
    key: str = "1"


class Habits:
    """The numbers that behave in a way of their own."""

    def __init__(self) -> None:
        self._by_number: dict[str, Habit] = {}

    def set(self, number: str, habit: Habit) -> None:
        """Raises ValueError for an unknown kind or key."""
        if habit.kind not in KINDS or habit.key not in KEYS or habit.seconds < 0:
            raise ValueError(habit.kind)
        if habit.kind == "person":
            self._by_number.pop(number, None)
        else:
            self._by_number[number] = habit

    def of(self, number: str) -> Habit:
        return self._by_number.get(number, Habit())

    def clear(self) -> None:
        self._by_number.clear()

    def listed(self) -> list[dict[str, Any]]:
        return [{"number": number, **asdict(habit)} for number, habit in self._by_number.items()]
