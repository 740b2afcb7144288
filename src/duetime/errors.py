"""The errors of duetime. Each says what was given, what is allowed, and what to do."""

from __future__ import annotations

WINDOW = 36
"""Characters of a long expression that an error shows on each side of the fault."""


class ScheduleError(ValueError):
    """Base of every error that duetime raises for a value it cannot use."""


class CronSyntaxError(ScheduleError):
    """A crontab expression that its dialect does not allow.

    `expression` is the text as given, `field` the name of the field at fault (None when the
    whole expression is), `position` the index in `expression` where the fault starts. The
    message ends with the expression and a caret under the fault.
    """

    def __init__(
        self,
        reason: str,
        expression: str,
        *,
        field: str | None = None,
        position: int = 0,
        length: int = 1,
    ) -> None:
        self.reason = reason
        self.expression = expression
        self.field = field
        self.position = position
        self.length = length
        super().__init__(f"{reason}\n{_caret(expression, position, length)}")

    def __reduce__(self) -> tuple[object, ...]:
        return _cron_syntax_error, (
            self.reason,
            self.expression,
            self.field,
            self.position,
            self.length,
        )


class ConversionError(ScheduleError):
    """A crontab that another dialect cannot say; the message names what that dialect lacks."""


class ClockChangeWarning(UserWarning):
    """A converted crontab that has the same wall times, and another rule for clock changes."""


class NaiveDatetimeError(ScheduleError):
    """A datetime without a time zone names no instant."""


class UnknownTimeZoneError(ScheduleError):
    """No time zone of that name is in the tz database."""


class FloatingScheduleError(ScheduleError):
    """A question that an interval without an anchor cannot answer: it is not a set of instants."""


class SearchHorizonError(ScheduleError):
    """A search passed its horizon without a run and without a proof that there is none."""


def shorten(value: object, limit: int = 60) -> str:
    """The repr of a value for a message, its middle left out when it is long."""
    if isinstance(value, str) and len(value) > 2 * limit:
        # A long text is cut first, and not written out whole only to be cut.
        value = value[:limit] + value[-limit:]
    text = repr(value)
    return f"{text[: limit // 2]}…{text[-limit // 4 :]}" if len(text) > limit else text


def _cron_syntax_error(
    reason: str, expression: str, field: str | None, position: int, length: int
) -> CronSyntaxError:
    return CronSyntaxError(reason, expression, field=field, position=position, length=length)


def _caret(expression: str, position: int, length: int) -> str:
    start = max(0, position - WINDOW)
    stop = min(len(expression), position + WINDOW)
    lead = "…" if start else ""
    tail = "…" if stop < len(expression) else ""
    # A control character would break the line or move the caret.
    shown = "".join(
        c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in expression[start:stop]
    )
    carets = "^" * max(1, min(length, stop - position))
    return f"    {lead}{shown}{tail}\n    {' ' * (len(lead) + position - start)}{carets}"
