"""The due heap: many named entries, and which of them is due next.

Taking the next, adding and moving one cost the logarithm of their number; nothing ever looks at
all of them.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush


class DueHeap:
    """Names with the instants at which they are due, in microseconds of UTC since 1970.

    A name that is moved or removed leaves its old place behind; that is passed over when its turn
    comes, and swept out when more places are old than not.
    """

    __slots__ = ("_due", "_heap")

    def __init__(self) -> None:
        self._heap: list[tuple[int, str]] = []
        self._due: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._due)

    def __contains__(self, name: object) -> bool:
        return name in self._due

    def put(self, name: str, instant: int | None) -> None:
        """Say when `name` is due; None takes it out."""
        if instant is None:
            self._due.pop(name, None)
        elif self._due.get(name) != instant:
            self._due[name] = instant
            heappush(self._heap, (instant, name))
        if len(self._heap) > 2 * len(self._due) + 64:
            self._heap = [(due, name) for name, due in self._due.items()]
            heapify(self._heap)

    def first(self) -> tuple[int, str] | None:
        """The instant and name of the next, None when there is none."""
        heap, due = self._heap, self._due
        while heap and due.get(heap[0][1]) != heap[0][0]:
            heappop(heap)
        return heap[0] if heap else None

    def pop(self) -> str:
        """Take out the next. Raises IndexError when there is none."""
        first = self.first()
        if first is None:
            raise IndexError("no name is due")
        self._drop()
        return first[1]

    def take(self, now: int) -> str | None:
        """Take out the next if it is due at `now`; None when nothing is."""
        first = self.first()
        if first is None or first[0] > now:
            return None
        self._drop()
        return first[1]

    def _drop(self) -> None:
        del self._due[heappop(self._heap)[1]]
