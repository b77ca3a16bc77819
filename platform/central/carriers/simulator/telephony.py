"""The exchange: which calls are under way, and how each number behaves."""

from central.carriers.simulator.book import Book
from central.carriers.simulator.calls import Call
from central.carriers.simulator.delivery import Delivery
from central.carriers.simulator.habits import Habit, Habits
from central.carriers.simulator.line import Line


class Telephony:
    """All lines under way."""

    def __init__(self, book: Book, delivery: Delivery) -> None:
        self.book = book
        self.delivery = delivery
        self.habits = Habits()
        self.lines: dict[str, Line] = {}

    def dial(self, call: Call, fault: str) -> None:
        """Begin a call that was taken."""
        habit = {"undelivered": Habit("never"), "failed": Habit("dead")}.get(fault, self.habits.of(call.to))
        line = Line(self.book, self.delivery, call, habit, fault)
        self.lines[call.sid] = line
        self.delivery.begin(line.live()).add_done_callback(lambda _: self.lines.pop(call.sid, None))

    def act(self, sid: str, what: str) -> bool:
        """What a person does: answer, reject, hangup, or a key ("digit:1"). False for what cannot be done."""
        line = self.lines.get(sid)
        return line is not None and line.act(what)

    def end(self, call: Call, status: str) -> None:
        """By the API: canceled spares a call in progress, completed spares none."""
        line = self.lines.get(call.sid)
        if line is not None and not call.over and (status == "completed" or call.answered is None):
            line.end("completed" if call.answered is not None else "canceled")
