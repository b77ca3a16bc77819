"""The four priorities: digit, word, and how soon an operator must have taken the case."""

from __future__ import annotations

from datetime import timedelta

NAMES: dict[int, str] = {1: "Livsfara", 2: "Brådskande", 3: "Snart", 4: "Kan vänta"}
CHOICES = list(NAMES.items())
LIFE_CRITICAL = 1

#: Answer within; EN 50518's 30/60 s for the urgent classes is met by the first two with margin for the prompt.
DEADLINES: dict[int, timedelta] = {
    1: timedelta(seconds=60),
    2: timedelta(minutes=3),
    3: timedelta(minutes=15),
    4: timedelta(hours=4),
}
