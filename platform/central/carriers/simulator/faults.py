"""What can go wrong with a message or a call, ordered per number: by magic numbers or by rules set at run time."""

import asyncio
from dataclasses import asdict, dataclass
from typing import Any

REFUSALS = {
    "invalid": 21211,
    "opted_out": 21610,
    "unreachable": 21612,
    "not_mobile": 21614,
    "rejected": 21612,
}

KINDS = {
    "undelivered": "Kommer aldrig fram (30003)",
    "failed": "Misslyckas hos operatören (30008)",
    "invalid": "Vägras: ogiltigt nummer (21211)",
    "opted_out": "Vägras: har avböjt sms (21610)",
    "not_mobile": "Vägras: inte en mobil (21614)",
    "unreachable": "Vägras: nås inte (21612)",
    "busy": "För många anrop (429)",
    "error": "Serverfel, inte taget (500)",
    "error_after": "Serverfel, men taget (500)",
    "timeout_after": "Svarar aldrig, men taget",
    "timeout": "Svarar aldrig, inte taget",
    "silent": "Taget, men inga besked",
    "stuck": "Taget, besked stannar vid skickat",
    "slow": "Svarar långsamt (3 s)",
    "end_error": "Serverfel när ett samtal ska läggas på (500)",
}

MAGIC = {
    "+46701740690": "undelivered",
    "+46701740691": "invalid",
    "+46701740692": "opted_out",
    "+46701740693": "not_mobile",
    "+46701740694": "busy",
    "+46701740695": "error",
    "+46701740696": "timeout_after",
    "+46701740697": "silent",
    "+46701740698": "error_after",
    "+46701740699": "stuck",
}
"""The last ten numbers reserved for fiction always fail, each in its own way."""

ANY = "*"


@dataclass(slots=True)
class Rule:
    """`kind` happens to the next `times` messages to the number `to` ("*" = any); None = for ever."""

    to: str
    kind: str
    times: int | None = None


class Faults:
    """The rules in force. One number's rule goes before the rule for any number, before the magic ones."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self.release = asyncio.Event()  # set on stop: lets go of the requests we never answer

    def add(self, *, to: str, kind: str, times: int | None) -> None:
        if kind not in KINDS:
            raise ValueError(kind)
        self.rules.append(Rule(to, kind, times))

    def clear(self) -> None:
        self.rules.clear()

    def take(self, to: str) -> str:
        """The fault that hits this message or call, "" for none; counts it down."""
        return self._take(to, ending=False) or MAGIC.get(to, "")

    def take_ending(self, to: str) -> str:
        """The fault that hits the ending of a call to this number, "" for none."""
        return self._take(to, ending=True)

    def _take(self, to: str, *, ending: bool) -> str:
        for rule in sorted(self.rules, key=lambda rule: rule.to == ANY):
            if rule.to in (to, ANY) and rule.kind.startswith("end_") == ending:
                if rule.times is not None:
                    rule.times -= 1
                    if rule.times <= 0:
                        self.rules.remove(rule)
                return rule.kind
        return ""

    def listed(self) -> list[dict[str, Any]]:
        return [asdict(rule) for rule in self.rules]
