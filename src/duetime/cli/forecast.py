"""The answer of `duetime next`: the next runs, with the clock changes in their places.

A clock change usually touches many labels at once (an hour of a schedule that runs every minute
is sixty), so all that one change did is one note, placed before the first run it precedes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, NamedTuple

from duetime import ClockChange, Schedule
from duetime.zones import DAY, SECOND, Zone, to_instant

WIDTH_OF_LOCAL_TIME = len("Sun 2026-03-08 03:00:00")
WIDTH_OF_OFFSET = len("-05:00")
YEAR = 366 * DAY * SECOND


Ending = Literal["no further runs", "no earlier runs"]


class Line(NamedTuple):
    """A line to print and how it looks on a terminal, in the words of `click.style`."""

    text: str
    style: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Note:
    """Everything that one change of the clock did to one schedule, in the order of the labels."""

    zone: Zone
    changes: tuple[ClockChange, ...]

    @property
    def size(self) -> timedelta:
        """By how much the clock went forward, or back if negative."""
        # PEP 495: of a label in a gap or an overlap, fold=0 takes the offset before the change.
        label = self.changes[0].label.replace(tzinfo=self.zone.tzinfo)
        return (label.replace(fold=1).utcoffset() or timedelta()) - (
            label.utcoffset() or timedelta()
        )

    def covers(self, change: ClockChange) -> bool:
        """Whether the same change of the clock did this too."""
        first = self.changes[0]
        return change.kind == first.kind and change.label - first.label < abs(self.size)

    def __str__(self) -> str:
        first, last, number = self.changes[0], self.changes[-1], len(self.changes)
        direction = "forward" if self.size > timedelta() else "back"
        one, many = FATES[first.kind, len(first.instants)]
        fate = (one if number == 1 else many).format(
            labels=span(first.label, last.label),
            number=number,
            runs=span(*wall_times(first, last), beside=first.label),
        )
        return f"clock {direction} {duration(abs(self.size))}: {fate}"


FATES = {
    ("moved", 1): (
        "{labels} does not exist, its run moves to {runs}",
        "{labels} do not exist, {number} runs move to {runs}",
    ),
    ("dropped", 0): (
        "{labels} does not exist, its run is dropped",
        "{labels} do not exist, {number} runs are dropped",
    ),
    ("doubled", 1): (
        "{labels} occurs twice, its run happens once",
        "{labels} occur twice, {number} runs happen once",
    ),
    ("doubled", 2): (
        "{labels} occurs twice, so does its run",
        "{labels} occur twice, so do {number} runs",
    ),
}
"""Kind of change and number of instants, to what became of one label and of many."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Some runs of a schedule in the order of time, and what clock changes did among them.

    `after` is the time that was asked about, and `distant` says whether each run shows its
    distance from it. `ending` says that no run is beyond these: later ones, or earlier.
    """

    zone: Zone
    after: datetime
    runs: tuple[datetime, ...]
    changes: tuple[ClockChange, ...]
    ending: Ending | None
    distant: bool = False

    @property
    def finished(self) -> bool:
        """Whether the schedule has no run after the last of these."""
        return self.ending == "no further runs"

    def lines(self) -> Iterator[Line]:
        """The forecast for people: a heading, then runs and notes in the order of time."""
        if self.ending == "no earlier runs":
            yield Line(self.ending, {"dim": True})
        if self.runs:
            heading = f"{self.zone.name:{WIDTH_OF_LOCAL_TIME}}  {'offset':{WIDTH_OF_OFFSET}}  UTC"
            yield Line(heading, {"bold": True})
        notes = list(reversed(notes_on(self.zone, self.changes)))
        for run in self.runs:
            while notes and precedes(notes[-1].changes[0], run):
                yield Line(f"  # {notes.pop()}", {"fg": "yellow"})
            local = f"{run:%a} {run.replace(tzinfo=None)}"
            shown = utc(run) or "outside years 1 to 9999"
            yield Line(
                f"{local:{WIDTH_OF_LOCAL_TIME}}  {offset(run):{WIDTH_OF_OFFSET}}  {shown}"
                f"{'  ' + self._distance(run) if self.distant else ''}",
                {},
            )
        while notes:
            yield Line(f"  # {notes.pop()}", {"fg": "yellow"})
        if self.finished:
            yield Line("no further runs", {"dim": True})

    def _distance(self, run: datetime) -> str:
        microseconds = to_instant(run) - to_instant(self.after)
        length = rough(timedelta(microseconds=abs(microseconds)))
        return f"in {length}" if microseconds >= 0 else f"{length} ago"

    def to_dict(self) -> dict[str, Any]:
        """The forecast for programs."""
        return {
            "tz": self.zone.name,
            "after": self.after.isoformat(),
            "runs": [
                {"local": run.isoformat(), "offset": offset(run), "utc": utc(run)}
                for run in self.runs
            ],
            "clock_changes": [
                {
                    "label": change.label.isoformat(),
                    "kind": change.kind,
                    "instants": [instant.isoformat() for instant in change.instants],
                }
                for change in self.changes
            ],
            "finished": self.finished,
        }


def foresee(
    schedule: Schedule, after: datetime, count: int, until: datetime | None = None
) -> Forecast:
    """The first `count` runs after an instant and before `until`; fewer if there are no more."""
    runs: list[datetime] = []
    stop = None if until is None else to_instant(until)
    run = schedule.next_run(after)
    while run is not None and len(runs) < count and (stop is None or to_instant(run) < stop):
        runs.append(run)
        run = schedule.next_run(run)
    last = runs[-1] if runs else after
    end = to_instant(last) + (YEAR if run is None else 1)
    # A gap is at most a day long, and a run that it moved may still be to come.
    changes = schedule._changes(to_instant(after) - DAY * SECOND, end)
    listed = tuple(
        change
        for change in changes
        if not precedes(change, after) and (run is None or precedes(change, last))
    )
    ending: Ending | None = "no further runs" if run is None else None
    return Forecast(schedule._zone, after, tuple(runs), listed, ending)


def recall(
    schedule: Schedule, before: datetime, count: int, since: datetime | None = None
) -> Forecast:
    """The last `count` runs before an instant and not before `since`, in the order of time."""
    runs = [*schedule.runs_back(before, since, limit=count)][::-1]
    if not runs:
        ended = since is None
        return Forecast(schedule._zone, before, (), (), "no earlier runs" if ended else None)
    ended = len(runs) < count and since is None
    ending: Ending | None = "no earlier runs" if ended else None
    return Forecast(schedule._zone, before, tuple(runs), changes_among(schedule, runs), ending)


def changes_among(schedule: Schedule, runs: Sequence[datetime]) -> tuple[ClockChange, ...]:
    """The clock changes from the first of some runs, if it came of one, to the last."""
    first, last = to_instant(runs[0]), to_instant(runs[-1])
    return tuple(
        change
        for change in schedule._changes(first - DAY * SECOND, last + 1)
        if precedes(change, runs[-1])
        and (not precedes(change, runs[0]) or first in map(to_instant, change.instants))
    )


def precedes(change: ClockChange, run: datetime) -> bool:
    """Whether the clock change stands before the run, or is how the run came about."""
    if change.instants:
        return to_instant(change.instants[-1]) <= to_instant(run)
    return change.label < run.replace(tzinfo=None)


def notes_on(zone: Zone, changes: Iterable[ClockChange]) -> list[Note]:
    """The changes gathered into a note for each change of the clock."""
    notes: list[Note] = []
    for change in changes:
        if notes and notes[-1].covers(change):
            notes[-1] = Note(zone, (*notes[-1].changes, change))
        else:
            notes.append(Note(zone, (change,)))
    return notes


def wall_times(first: ClockChange, last: ClockChange) -> tuple[datetime, datetime]:
    """When the runs of two labels happen by the clock; the labels where nothing runs."""
    start, end = (
        change.instants[0] if change.instants else change.label for change in (first, last)
    )
    return start.replace(tzinfo=None), end.replace(tzinfo=None)


def span(first: datetime, last: datetime, beside: datetime | None = None) -> str:
    """One wall time or two, with no date where it is that of the time before."""
    start = first.time() if beside and beside.date() == first.date() else first
    if first == last:
        return str(start)
    return f"{start} to {last.time() if last.date() == first.date() else last}"


def offset(run: datetime) -> str:
    """The UTC offset as +01:00."""
    return run.isoformat(timespec="microseconds")[len("2026-03-08T03:00:00.000000") :]


def utc(instant: datetime) -> str | None:
    """The instant in UTC as 2026-03-08T07:00:00Z, None where UTC is outside years 1 to 9999."""
    try:
        return instant.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"
    except OverflowError:
        return None


def rough(length: timedelta) -> str:
    """A length of time in its two largest units: 3 d 4 h, or 10 h 4 min."""
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s")]
    while len(parts) > 1 and not parts[0][0]:
        parts.pop(0)
    shown = [f"{number} {unit}" for number, unit in parts[:2] if number]
    return " ".join(shown) or "0 s"


def duration(size: timedelta) -> str:
    """A length of time as 1 h 30 min."""
    minutes, seconds = divmod(round(size.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((hours, "h"), (minutes, "min"), (seconds, "s"))
    return " ".join(f"{number} {unit}" for number, unit in parts if number)
