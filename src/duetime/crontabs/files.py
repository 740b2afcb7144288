"""Crontab files: a user's, or a system one with a column for users.

A line is a comment, a variable, or an entry: five fields or a nickname, then the command. A line
with a fault hides no other line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import tzinfo
from typing import ClassVar, Final, NamedTuple

from duetime.crontabs.dialects import REBOOT, Dialect, find_dialect
from duetime.crontabs.schedule import DialectName, cron
from duetime.errors import (
    CronSyntaxError,
    InvalidTypeError,
    InvalidValueError,
    UnknownTimeZoneError,
    shorten,
)
from duetime.immutable import Immutable
from duetime.kinds.instants import at
from duetime.schedules import Schedule
from duetime.zones import DstPolicy, PolicyName, find_zone

_FIELDS: Final = 5
_BLANKS: Final = " \t"
_ZONE: Final = "CRON_TZ"
_ACTIVE_LINE: Final = re.compile(r"^[ \t]*+(?!\r?$)[^\n#].*+", re.MULTILINE)
_VARIABLE: Final = re.compile(
    r"""(?: (["'])(?P<quoted>(?:(?!\1)[^=])*+)\1 | (?P<name>[^\s"'=][^\s=]*+) ) \s*+ = \s*+
    (?: (["'])(?P<kept>(?:(?!\4).)*+)\4\s*+ | (?P<value>(?!["']).*+) )""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
"""Source: `load_env` of ISC cron. A quote ends at the next one of its kind, and nothing follows."""
_ASSIGNED: Final = re.compile(r"[A-Za-z_]\w*+[ \t]*+=")
_COMMAND: Final = re.compile(r"(?:[^%\\]|\\.|\\\Z)*+", re.DOTALL)
"""The command up to the first `%` without a backslash. Source: `child_process` of ISC cron."""
_WORD: Final = re.compile(r"[^ \t]*+[ \t]*+")
_FIELD_WORDS: Final = re.compile(rf"(?:[^ \t]++[ \t]*+){{0,{_FIELDS}}}")
_USER: Final = re.compile(r"\w[\w.@\\:+/-]*\$?")
_MOST_LINES: Final = 10_000
_MOST_VARIABLES: Final = 1_000
_MOST_FAULTS: Final = 100


@dataclass(frozen=True, slots=True)
class CrontabEntry(Immutable):
    """One entry of a crontab file: when it runs, and what.

    `line` is the number of its line, from 1 on, and `schedule` when it runs; an entry `@reboot`
    has a schedule without runs. `user` is None in a user's crontab. `command` goes to the shell as
    it is here: what follows a `%` is not in it but in `stdin`, its standard input, and `\\%` is
    `%`. `stdin` is None without a `%`. `at_reboot` says that it runs at each start of the machine.
    `logged` is false if a `-` before the line asks cronie not to log it. `variables` are the pairs
    of name and value that stand above it.
    """

    line: int
    schedule: Schedule
    user: str | None
    command: str
    stdin: str | None
    at_reboot: bool
    logged: bool
    variables: tuple[tuple[str, str], ...]

    _cure: ClassVar[str] = "an entry is immutable: read a changed text anew"

    @property
    def environment(self) -> dict[str, str]:
        """The variables as a dict. What cron adds by itself, such as `HOME`, is not in it."""
        return dict(self.variables)


@dataclass(frozen=True, slots=True)
class CrontabFault(Immutable):
    """A line that cannot be read: its number from 1 on, its text, and what is wrong where.

    As text it is the reason after the number of the line, and below it the line with a caret under
    each character of the fault.
    """

    line: int
    text: str
    reason: str
    position: int
    length: int

    _cure: ClassVar[str] = "a fault is immutable: read a changed text anew"

    def __str__(self) -> str:
        error = CronSyntaxError(self.reason, self.text, position=self.position, length=self.length)
        return f"line {self.line}: {error}"


@dataclass(frozen=True, slots=True)
class CrontabFile(Immutable):
    """What a crontab file says: its entries and its faults, each in the order of the lines."""

    entries: tuple[CrontabEntry, ...]
    faults: tuple[CrontabFault, ...]

    _cure: ClassVar[str] = "a crontab file is immutable: read a changed text anew"


class _Settings(NamedTuple):
    """What is alike for all lines."""

    system: bool
    tz: tzinfo | str
    dialect: Dialect
    dst: DstPolicy | str | None
    seed: str | None


def parse_crontab(
    text: str,
    *,
    system: bool = False,
    tz: tzinfo | str = "UTC",
    dialect: DialectName | str = "vixie",
    dst: DstPolicy | PolicyName | str | None = None,
    seed: str | int | None = None,
) -> CrontabFile:
    """The entries of a crontab file, given as text, and its faults.

    `system` is for `/etc/crontab` and the files of `/etc/cron.d`, which have a user before the
    command. `tz` is the zone of the machine; a `CRON_TZ=` names another for the lines below it, as
    in cronie. `TZ=` is a variable like any other: it changes what the command sees and not when it
    runs. `dialect`, `dst` and `seed` mean what they mean to `cron`; the dialect has five fields.
    Each line draws from the seed, a blank and its own text, so that two lines draw apart.

    A fault is collected and hides no other line, so each line that is not a comment is an entry, a
    variable or a fault. Below a `CRON_TZ=` that is not known each entry is a fault. At 100 faults
    the reading ends, and the last fault says so.

    Raises ScheduleError for what is not text, for a setting that `cron` refuses, and for more than
    10,000 lines that are no comments.

    Source: crontab(5) of ISC cron, Debian's cron and cronie, and `load_env`, `load_entry` and
    `child_process` in their source.

    >>> file = parse_crontab('''
    ... MAILTO=ops
    ... 0 5 * * mon-fri  /srv/report --day=$(date +\\\\%F)
    ... 75 5 * * *       /srv/backup
    ... ''')
    >>> [(entry.line, entry.command, entry.environment) for entry in file.entries]
    [(3, '/srv/report --day=$(date +%F)', {'MAILTO': 'ops'})]
    >>> print(file.faults[0])
    line 4: minute 75 is out of range 0-59
        75 5 * * *       /srv/backup
        ^^
    """
    _check_text(text)
    row = find_dialect(dialect)
    if _FIELDS not in row.layouts or row.notation is not None:
        raise InvalidValueError(
            f"{dialect} crontabs stand in no crontab file: it has lines of five fields"
        )
    # A setting that is wrong is no fault of a line.
    cron("* * * * *", tz=tz, dialect=row.name, dst=dst, seed=seed)
    settings = _Settings(system, tz, row, dst, None if seed is None else str(seed))
    return _read(_active_lines(text), settings)


def _check_text(text: object) -> None:
    if not isinstance(text, str):
        cure = ": decode it first" if isinstance(text, bytes) else ""
        raise InvalidTypeError(f"a crontab file is read from its text, not {shorten(text)}{cure}")


def _active_lines(text: str) -> list[tuple[int, str]]:
    """The lines that are neither blank nor comments, with their numbers."""
    lines: list[tuple[int, str]] = []
    text = text.removeprefix("\ufeff")
    number, counted = 1, 0
    for match in _ACTIVE_LINE.finditer(text):
        if len(lines) == _MOST_LINES:
            raise InvalidValueError(
                f"a crontab file has at most {_MOST_LINES:,} lines that are no comments"
            )
        number += text.count("\n", counted, match.start())
        counted = match.start()
        lines.append((number, match[0].removesuffix("\r")))
    return lines


def _read(lines: list[tuple[int, str]], settings: _Settings) -> CrontabFile:
    entries: list[CrontabEntry] = []
    faults: list[CrontabFault] = []
    environment: dict[str, str] = {}
    variables: tuple[tuple[str, str], ...] | None = ()
    tz: tzinfo | str | None = settings.tz
    for number, line in lines:
        try:
            variable = _VARIABLE.fullmatch(line.strip(_BLANKS))
            if variable is None:
                if variables is None:
                    variables = tuple(environment.items())
                entries.append(_entry(number, line, settings, tz, variables))
                continue
            name = variable["quoted"] if variable["name"] is None else variable["name"]
            value = variable["kept"]
            if value is None:
                value = variable["value"].rstrip()
            if len(environment) == _MOST_VARIABLES and name not in environment:
                reason = f"a crontab file has at most {_MOST_VARIABLES:,} variables"
                raise CronSyntaxError(reason, line, length=len(line))
            environment[name] = value
            variables = None
            if name == _ZONE:
                # Lest the entries below should be read in the zone from before.
                tz = None
                tz = _zone_of(value, line)
        except CronSyntaxError as error:
            fault = CrontabFault(number, line, error.reason, error.position, error.length)
            faults.append(fault)
            if len(faults) == _MOST_FAULTS:
                last = f"{error.reason}; with {_MOST_FAULTS} faults, no line below is read"
                faults[-1] = CrontabFault(number, line, last, error.position, error.length)
                break
    return CrontabFile(tuple(entries), tuple(faults))


def _zone_of(key: str, line: str) -> str:
    try:
        find_zone(key)
    except UnknownTimeZoneError as error:
        position = line.rindex(key) if key else line.index("=")
        raise CronSyntaxError(str(error), line, position=position, length=len(key) or 1) from None
    return key


def _entry(
    number: int,
    line: str,
    settings: _Settings,
    tz: tzinfo | str | None,
    variables: tuple[tuple[str, str], ...],
) -> CrontabEntry:
    start = len(line) - len(line.lstrip(_BLANKS))
    unlogged = line[start] == "-"
    start += unlogged
    assigned = _ASSIGNED.match(line, start)
    if assigned:
        reason = "the quote around a value has to end, and nothing may follow it"
        raise CronSyntaxError(
            reason, line, position=assigned.end(), length=len(line) - assigned.end()
        )
    words = _FIELD_WORDS if line[start : start + 1] != "@" else _WORD
    expression, stop = _span(words, line, start)
    schedule: Schedule
    if expression.lower() == REBOOT:
        schedule = at(tz=settings.tz if tz is None else tz)
    else:
        schedule = _schedule(expression, start, line, settings, tz)
    user = None
    if settings.system:
        user, stop = _user(line, stop)
    command, stdin = _command(line, stop)
    return CrontabEntry(
        number,
        schedule,
        user,
        command,
        stdin,
        at_reboot=expression.lower() == REBOOT,
        logged=not unlogged,
        variables=variables,
    )


def _span(words: re.Pattern[str], line: str, start: int) -> tuple[str, int]:
    """The words at `start` of a line without the blanks behind them, and where the rest starts."""
    match = words.match(line, start)
    assert match is not None  # the patterns match an empty text too
    return match[0].rstrip(_BLANKS), match.end()


def _schedule(
    expression: str, start: int, line: str, settings: _Settings, tz: tzinfo | str | None
) -> Schedule:
    """The schedule of the fields that stand at `start` of a line."""
    try:
        schedule = cron(
            expression,
            tz=settings.tz if tz is None else tz,
            dialect=settings.dialect.name,
            dst=settings.dst,
            seed=None if settings.seed is None else f"{settings.seed} {line.strip(_BLANKS)}",
        )
    except CronSyntaxError as error:
        located = error.expression == expression
        position = start + error.position if located else start
        length = error.length if located else len(expression)
        raise CronSyntaxError(error.reason, line, position=position, length=length) from None
    if tz is None:
        reason = f"no zone, as that of {_ZONE} above is not known"
        raise CronSyntaxError(reason, line, position=start, length=len(expression))
    return schedule


def _user(line: str, start: int) -> tuple[str, int]:
    """The user that stands at `start` of a line, and where the command starts."""
    user, stop = _span(_WORD, line, start)
    if not _USER.fullmatch(user):
        what = f"{shorten(user)} is not a user" if user else "the user is missing"
        raise CronSyntaxError(
            f"{what}: in a system crontab one stands before the command, and system=False reads a"
            " user's crontab",
            line,
            position=start,
            length=len(user) or 1,
        )
    return user, stop


def _command(line: str, start: int) -> tuple[str, str | None]:
    """The command that starts at `start` of a line, and its standard input."""
    if start == len(line) or line[start] == "*":
        reason = "the command is missing"
        if start < len(line):
            # ISC cron refuses it too, as a common mistake.
            reason = "* is no command: a line has five fields before it, without a second"
        raise CronSyntaxError(reason, line, position=start)
    match = _COMMAND.match(line, start)
    assert match is not None  # it matches an empty text too
    command = re.sub(r"\\(.)", lambda pair: "%" if pair[1] == "%" else pair[0], match[0])
    if match.end() == len(line):
        return command, None
    stdin = re.sub(r"\\?%", lambda mark: "\n" if mark[0] == "%" else "%", line[match.end() + 1 :])
    return command, stdin if not stdin or stdin.endswith("\n") else f"{stdin}\n"
