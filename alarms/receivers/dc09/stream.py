"""A stream of bytes cut into frames, LF to CR, however they arrive: several in one read, one in many. Never an error."""

from __future__ import annotations

from alarms.receivers.dc09.frames import CR, LF, MAX_FRAME


class Splitter:
    """Takes bytes as they come, gives frames as they are whole; what they hold is for ``frames.parse``.

    ``skipped`` counts the bytes that stood in no frame: noise between them (some panels end with a NUL), a frame begun
    and begun again at a new LF, and what grew longer than a frame can be. A datagram has a splitter of its own.
    """

    def __init__(self, *, max_bytes: int = MAX_FRAME) -> None:
        self._max = max_bytes
        self._begun = b""
        self.skipped = 0

    @property
    def pending(self) -> int:
        """Bytes of a frame that has begun and isn't whole. A lone LF begins none: some senders end with CR LF."""
        return len(self._begun) if len(self._begun) > 1 else 0

    def feed(self, data: bytes) -> list[bytes]:
        """More bytes: the frames they complete, in order, LF and CR included."""
        data = self._begun + data
        self._begun = b""
        frames: list[bytes] = []
        at = 0
        while (start := data.find(LF, at)) >= 0:
            self.skipped += start - at
            limit = start + self._max
            end = data.find(CR, start, limit)
            again = data.rfind(LF, start + 1, end if end >= 0 else limit)
            if again >= 0:
                self.skipped += again - start
                at = again
            elif end >= 0:
                frames.append(data[start : end + 1])
                at = end + 1
            elif len(data) >= limit:
                self.skipped += self._max
                at = limit
            else:
                self._begun = data[start:]
                return frames
        self.skipped += len(data) - at
        return frames
