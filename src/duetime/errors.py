"""The errors of duetime. Each says what was given, what is allowed, and what to do."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping

WINDOW = 36
"""Characters of a long expression that an error shows on each side of the fault."""


class ScheduleError(Exception):
    """Base of every error that duetime raises."""


class InvalidValueError(ScheduleError, ValueError):
    """A value that has no meaning there; the message names it and the cure."""


class InvalidTypeError(ScheduleError, TypeError):
    """A value of a type that has no meaning there, such as a date in the place of a datetime."""


class CronSyntaxError(InvalidValueError):
    """A crontab expression that its dialect does not allow.

    `reason` says in one line what is wrong and what is allowed. `expression` is the text as given,
    `field` the name of the field at fault (None when the whole expression is), `position` the index
    in `expression` where the fault starts, and `length` the number of its characters. The message
    is the reason, and below it the expression with a caret under each character of the fault.

    >>> from duetime import cron
    >>> try:
    ...     cron("75 9 * * mon-fri")
    ... except CronSyntaxError as error:
    ...     print(error.reason, error.field, error.position, error.length, sep="; ")
    minute 75 is out of range 0-59; minute; 0; 2
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


class ConversionError(InvalidValueError):
    """A crontab that another dialect cannot say; the message names what that dialect lacks."""


class ClockChangeWarning(UserWarning):
    """A converted crontab that has the same wall times, and another rule for clock changes."""


class NaiveDatetimeError(InvalidValueError):
    """A datetime without a time zone names no instant."""


class UnknownTimeZoneError(InvalidValueError):
    """No time zone of that name is in the tz database."""


class FloatingScheduleError(ScheduleError):
    """A question that an interval without an anchor cannot answer: it is not a set of instants.

    No ValueError, since hosts catch that as bad text.
    """


class SearchHorizonError(ScheduleError):
    """A search passed its horizon without a run and without a proof that there is none.

    No ValueError, since hosts catch that as bad text.
    """


def shorten(value: object, limit: int = 60) -> str:
    """The repr of a value for a message, its middle left out when it is long."""
    if isinstance(value, str) and len(value) > 2 * limit:
        # A long text is cut first, and not written out whole only to be cut.
        value = value[:limit] + value[-limit:]
    try:
        text = repr(value)
    except ValueError:
        # Python writes no int of over 4,300 digits, be it alone or in a list.
        if isinstance(value, int):
            return f"an int of over {sys.get_int_max_str_digits():,} digits"
        text = object.__repr__(value)
    return f"{text[: limit // 2]}…{text[-limit // 4 :]}" if len(text) > limit else text


def checked_text(value: str, what: str) -> str:
    """The value, if it is text that has a UTF-8 form."""
    if not isinstance(value, str):
        raise InvalidValueError(f"{what}, not {shorten(value)}")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidValueError(f"{shorten(value)} cannot be written as UTF-8") from None
    return value


def no_such_keyword(
    function: str, keyword: str, cures: Mapping[str, str], keywords: Iterable[str]
) -> InvalidTypeError:
    """The error for a keyword that a function does not have; `cures` says what others mean."""
    cure = cures.get(keyword, f"it has {', '.join(keywords)}")
    return InvalidTypeError(f"{function}() has no keyword {shorten(keyword)}: {cure}")


def _cron_syntax_error(
    reason: str, expression: str, field: str | None, position: int, length: int
) -> CronSyntaxError:
    return CronSyntaxError(reason, expression, field=field, position=position, length=length)


def _caret(expression: str, position: int, length: int) -> str:
    start = max(0, position - WINDOW)
    stop = min(len(expression), position + WINDOW)
    lead = "…" if start else ""
    tail = "…" if stop < len(expression) else ""
    # A tab or a line break would move the caret, and another control character does worse.
    shown = "".join(
        c if c.isprintable() else " " if c.isspace() else "\N{REPLACEMENT CHARACTER}"
        for c in expression[start:stop]
    )
    carets = "^" * max(1, min(length, stop - position))
    return f"    {lead}{shown}{tail}\n    {' ' * (len(lead) + position - start)}{carets}"


def missing_extra(module: str, extra: str, error: ModuleNotFoundError) -> ModuleNotFoundError:
    """The error of a module whose extra is not installed, with the command that installs it."""
    return ModuleNotFoundError(
        f'{module} needs {error.name}: pip install "duetime[{extra}]"', name=error.name
    )
