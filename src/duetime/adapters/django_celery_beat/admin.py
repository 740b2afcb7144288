"""What a task's schedule means, in the admin: in words, and its next runs in its own zone.

Nothing here is needed for the scheduler, and nothing is written.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from celery import current_app
from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html_join

import duetime
from duetime.adapters.celery.memory import core_of, moment
from duetime.adapters.django_celery_beat.rows import TaskRow, instant, read_last_run, schedule_of
from duetime.errors import ScheduleError
from duetime.kinds.interval import Floating
from duetime.schedules import Schedule

_RUNS = 5


class ScheduleAdminMixin:
    """Goes before `PeriodicTaskAdmin`: a page of a task shows its sentence and its next five runs.

    `list_display = [..., "in_words", "next_runs"]` shows them in the list too. A run after which
    clocks differ from those of the run before is marked. No query is made for them.
    """

    def get_readonly_fields(self, request: Any, obj: Any = None) -> tuple[str, ...]:
        given: Any = super()
        return (*given.get_readonly_fields(request, obj), "in_words", "next_runs")

    def get_fieldsets(self, request: Any, obj: Any = None) -> list[Any]:
        given: Any = super()
        runs = ("Runs", {"fields": ("in_words", "next_runs")})
        return [*given.get_fieldsets(request, obj), *([] if obj is None else [runs])]

    @admin.display(description="in words")  # type: ignore[untyped-decorator]  # of Django
    def in_words(self, task: Any) -> str:
        """The schedule as a sentence, or what is wrong with it."""
        try:
            return _core(_row(task)).describe()
        except (ScheduleError, ValueError) as error:
            return str(error)

    @admin.display(description="next runs")  # type: ignore[untyped-decorator]  # of Django
    def next_runs(self, task: Any) -> Any:
        """The next five runs, a line each; none of a task that is disabled."""
        if not task.enabled:
            return "-"
        try:
            runs = _runs(_row(task))
        except (ScheduleError, ValueError) as error:
            return str(error)
        lines = []
        for before, run in zip([None, *runs], runs, strict=False):
            is_other = before is not None and before.utcoffset() != run.utcoffset()
            mark = " (clocks have changed)" if is_other else ""
            lines.append((f"{run:%a %d %b %Y %H:%M:%S %Z}{mark}",))
        return format_html_join("\n", "<div>{}</div>", lines) or "-"


def _row(task: Any) -> TaskRow:
    """A task with its schedule, which the list has read with it, as the scheduler reads it."""

    def value(name: str) -> Any:
        kind, _, column = name.partition("__")
        if name == "zone":
            kind, column = "crontab", "timezone"
        found = getattr(task, kind)
        return found if not column or found is None else getattr(found, column)

    row = TaskRow(*(value(name) for name in TaskRow._fields))
    return row._replace(zone=None if row.zone is None else str(row.zone))


def _core(row: TaskRow) -> Schedule:
    core = core_of(schedule_of(row, current_app))
    assert core is not None, "each schedule of a row has runs"
    return core


def _runs(row: TaskRow) -> list[datetime]:
    core, now = _core(row), timezone.now()
    start = now if now.tzinfo is not None else datetime.now(UTC)
    if isinstance(core, Floating):
        last = read_last_run(row.last_run_at)
        since = row.start_time or row.date_changed
        period = timedelta(microseconds=core.step)
        core = duetime.every(period, anchor=moment(instant(since) if last is None else last))
    if row.start_time is not None:
        start = max(start, moment(instant(row.start_time)))
    end = None if row.expires is None else moment(instant(row.expires))
    if end is not None and end <= start:
        return []
    return [*core.runs(start, end, limit=1 if row.one_off else _RUNS)]
