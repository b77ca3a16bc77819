"""What can be refused when calling out, in the operator's words."""

from __future__ import annotations

from alarms.workqueue.errors import Refused


class NobodyOnDuty(Refused):
    """The duty has nobody at this moment (or nobody of that rank)."""

    code = "nobody_on_duty"

    def __init__(self, duty_name: str) -> None:
        super().__init__(
            f"Ingen i tjänst: {duty_name}. Kalla ut en annan jour, eller ring beslutsfunktionen."
        )


class UnknownDuty(Refused):
    """The municipality has no such duty."""

    code = "unknown_duty"
    status = 422

    def __init__(self) -> None:
        super().__init__("Kommunen har ingen sådan jour. Välj en i listan.")
        self.field = "duty"


class NoSms(Refused):
    """The contact does not take SMS, or the number is one we never text."""

    code = "no_sms"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} tar inte emot sms. Ring i stället.")


class NobodyLeft(Refused):
    """Everybody of the plan has been asked as often as it says."""

    code = "nobody_left"

    def __init__(self, duty_name: str) -> None:
        super().__init__(
            f"Alla i {duty_name} har frågats. Kalla ut en annan jour, eller ring beslutsfunktionen."
        )


class NotComing(Refused):
    """How far somebody is can be said only of who has taken the case."""

    code = "not_coming"

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} har inte tagit ärendet. Svara Tar först.")


class UnknownRun(Refused):
    """No such escalation of this case."""

    code = "unknown_run"
    status = 404

    def __init__(self) -> None:
        super().__init__("Utlarmningen finns inte i det här ärendet.")


class UnknownCallout(Refused):
    """No such call-out of this case."""

    code = "unknown_callout"
    status = 404

    def __init__(self) -> None:
        super().__init__("Utlarmningen finns inte i det här ärendet.")
