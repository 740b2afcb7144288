"""Crontab files: what each line is, and where a fault stands."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from typing import Any

import pytest

from duetime import CrontabFile, InvalidTypeError, ScheduleError, at, cron, parse_crontab

DEBIAN_PATH = "/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin"

# Files of /etc/cron.d as packages of Debian 12 install them, with shorter comments, and per entry:
# line, crontab, user, start of the command, names of its variables.
OF_DEBIAN = {
    "anacron 2.3-36": (
        (
            "# /etc/cron.d/anacron: crontab entries for the anacron package\n\nSHELL=/bin/sh\n"
            f"PATH={DEBIAN_PATH}\n\n30 7-23 * * *   root\t[ -x /etc/init.d/anacron ] && if [ ! -d"
            " /run/systemd/system ]; then /usr/sbin/invoke-rc.d anacron start >/dev/null; fi\n"
        ),
        [(6, "30 7-23 * * *", "root", "[ -x /etc/init.d/anacron ] && if", "SHELL PATH")],
    ),
    "amavisd-new 2.13": (
        (
            "#\n#  SpamAssassin maintenance for amavisd-new\n#\n# m h dom mon dow user  command\n"
            "18 */3\t* * *\tamavis\ttest -e /usr/sbin/amavisd-new-cronjob && x sa-sync\n"
            "24 1  * * *   amavis  test -e /usr/sbin/amavisd-new-cronjob && x sa-clean\n"
        ),
        [
            (5, "18 */3 * * *", "amavis", "test -e ", ""),
            (6, "24 1 * * *", "amavis", "test -e ", ""),
        ],
    ),
    "logcheck 1.4.2": (
        (
            f"PATH={DEBIAN_PATH}\nMAILTO=root\n\n"
            "@reboot         logcheck    if [ -x /usr/sbin/logcheck ]; then logcheck -R; fi\n"
            "2 * * * *       logcheck    if [ -x /usr/sbin/logcheck ]; then logcheck; fi\n\n# EOF\n"
        ),
        [
            (4, "@reboot", "logcheck", "if [ -x ", "PATH MAILTO"),
            (5, "2 * * * *", "logcheck", "if [ -x ", "PATH MAILTO"),
        ],
    ),
    "mdadm 4.2-5": (
        (
            "# Copyright © martin f. krafft <madduck@madduck.net>\n\n"
            "57 0 * * 0 root if [ $(date +\\%d) -le 7 ]; then /usr/share/mdadm/checkarray; fi\n"
        ),
        [(3, "57 0 * * 0", "root", "if [ $(date +%d) -le 7 ]; then", "")],
    ),
    "php-common 93": (
        "09,39 *     * * *     root   [ -x /usr/lib/php/sessionclean ] && sessionclean\n",
        [(1, "9,39 * * * *", "root", "[ -x ", "")],
    ),
    "certbot 2.1.0": (
        (
            f"SHELL=/bin/sh\nPATH={DEBIAN_PATH}\n\n0 */12 * * * root test -x /usr/bin/certbot -a"
            " \\! -d /run/systemd/system && perl -e 'sleep int(rand(43200))' && certbot -q renew\n"
        ),
        [(4, "0 */12 * * *", "root", "test -x /usr/bin/certbot -a \\! -d /run", "SHELL PATH")],
    ),
    "sysstat 12.6.1": (
        (
            "PATH=/usr/lib/sysstat:/usr/sbin\n\n# Activity reports every 10 minutes everyday\n"
            "5-55/10 * * * * root command -v debian-sa1 > /dev/null && debian-sa1 1 1\n\n"
            "59 23 * * * root command -v debian-sa1 > /dev/null && debian-sa1 60 2\n"
        ),
        [
            (4, "5-55/10 * * * *", "root", "command -v ", "PATH"),
            (6, "59 23 * * *", "root", "command -v ", "PATH"),
        ],
    ),
}


@pytest.mark.parametrize("package", OF_DEBIAN)
def test_a_file_of_a_debian_package_is_read(package: str) -> None:
    text, expected = OF_DEBIAN[package]
    file = parse_crontab(text, system=True, tz="Europe/Berlin")
    assert not file.faults
    assert len(file.entries) == len(expected)
    for entry, (line, crontab, user, command, names) in zip(file.entries, expected, strict=True):
        assert (entry.line, entry.user, entry.stdin) == (line, user, None)
        assert entry.command.startswith(command)
        assert " ".join(entry.environment) == names
        assert entry.logged
        assert entry.at_reboot is (crontab == "@reboot")
        if not entry.at_reboot:
            assert entry.schedule == cron(crontab, tz="Europe/Berlin")


# A line, and the variable that it sets: name and value. Source: `load_env` of ISC cron.
VARIABLES = {
    "A=b": ("A", "b"),
    "  A \t=  b c  ": ("A", "b c"),
    "A=": ("A", ""),
    'A=""': ("A", ""),
    "A=' b '": ("A", " b "),
    'A="it\'s"': ("A", "it's"),
    "A=b'c'": ("A", "b'c'"),
    "A=b=c": ("A", "b=c"),
    "A=$HOME # no comment": ("A", "$HOME # no comment"),
    "'my name' = b": ("my name", "b"),
    '"A"=b\r': ("A", "b"),
    "A-B.c=é": ("A-B.c", "é"),
}


@pytest.mark.parametrize("line", VARIABLES)
def test_a_variable_is_read_as_cron_reads_it(line: str) -> None:
    file = parse_crontab(f"{line}\n* * * * * x\n")
    assert [entry.variables for entry in file.entries] == [(VARIABLES[line],)]
    assert not file.faults


# Behind the fields of a line: the command and its standard input. Source: `child_process` there.
COMMANDS = {
    "x": ("x", None),
    "x\t# no comment  ": ("x\t# no comment  ", None),
    "A=1 x": ("A=1 x", None),
    r"date +\%F": ("date +%F", None),
    "cat%": ("cat", ""),
    "cat%a": ("cat", "a\n"),
    "cat%a%": ("cat", "a\n"),
    "cat%a%%b": ("cat", "a\n\nb\n"),
    r"cat%5\%%6": ("cat", "5%\n6\n"),
    r"sed s/\n/\\/": (r"sed s/\n/\\/", None),
    r"x \\%y\\%": (r"x \\", "y\\%\n"),
    "x \\": ("x \\", None),
}


@pytest.mark.parametrize("rest", COMMANDS)
def test_a_percent_sign_ends_the_command(rest: str) -> None:
    (entry,) = parse_crontab(f"0 5 * * * {rest}\n").entries
    assert (entry.command, entry.stdin) == COMMANDS[rest]


# A line, the reason, and what the carets mark.
FAULTS = [
    ("75 5 * * * x", "minute 75 is out of range 0-59", "75"),
    ("  0 5 * * mom x", "'mom' is not a day of the week: use 0-7 or sun-sat", "mom"),
    ("0\t25 * * * x", "hour 25 is out of range 0-23", "25"),
    ("0 5 * *", "vixie crontabs have 5 fields", "0 5 * *"),
    ("@dayly x", "'@dayly' is not a nickname", "@dayly"),
    ("every day x y z", "'every day x y z' is not a crontab", "every day x y z"),
    ("0 5 * * *", "the command is missing", ""),
    ("@daily \r", "the command is missing", ""),
    ("@reboot", "the command is missing", ""),
    ("0 0 5 * * * x", "* is no command: a line has five fields before it", "*"),
    ('A="b" c', "the quote around a value has to end, and nothing may follow it", '"b" c'),
    ("A='b", "the quote around a value has to end", "'b"),
    ("CRON_TZ=Europe/Pari", "did you mean Europe/Paris?", "Europe/Pari"),
    ("CRON_TZ='local'", "the zone of a machine is another one on another machine", "local"),
    ("CRON_TZ=", "", "="),
    ("-75 5 * * * x", "minute 75 is out of range 0-59", "75"),
    ("-", "an empty text is not a crontab", ""),
]


@pytest.mark.parametrize(("line", "reason", "marked"), FAULTS)
def test_a_fault_names_its_line_and_place_and_hides_no_other_line(
    line: str, reason: str, marked: str
) -> None:
    file = parse_crontab(f"# a comment\n{line}\nCRON_TZ=UTC\n@hourly y\n")
    (fault,) = file.faults
    assert reason in fault.reason
    assert (fault.line, fault.text) == (2, line.removesuffix("\r"))
    assert fault.text[fault.position :][: fault.length] == marked
    assert str(fault).startswith(f"line 2: {fault.reason}\n    ")
    assert [(entry.line, entry.command) for entry in file.entries] == [(4, "y")]


@pytest.mark.parametrize(
    ("line", "reason", "marked"),
    [
        (
            "0 5 * * * /usr/bin/x --y",
            "'/usr/bin/x' is not a user: in a system crontab",
            "/usr/bin/x",
        ),
        ("0 5 * * *", "the user is missing: in a system crontab", ""),
        ("0 5 * * * root", "the command is missing", ""),
        ("@reboot root ", "the command is missing", ""),
    ],
)
def test_a_system_crontab_needs_users(line: str, reason: str, marked: str) -> None:
    (fault,) = parse_crontab(line, system=True).faults
    assert fault.reason.startswith(reason)
    assert line[fault.position :][: fault.length] == marked


def test_cron_tz_is_for_the_lines_below_it_and_tz_for_the_command() -> None:
    text = "0 5 * * * a\nCRON_TZ = Asia/Tokyo\nTZ=America/New_York\n0 5 * * * b\n@reboot c\n"
    first, second, third = parse_crontab(text, tz="Europe/Paris").entries
    assert first.schedule == cron("0 5 * * *", tz="Europe/Paris")
    assert second.schedule == cron("0 5 * * *", tz="Asia/Tokyo")
    assert third.schedule == at(tz="Asia/Tokyo")
    assert second.environment == {"CRON_TZ": "Asia/Tokyo", "TZ": "America/New_York"}


def test_no_entry_is_read_in_a_zone_that_its_file_does_not_name() -> None:
    text = "CRON_TZ=Asia/Tokio\n75 5 * * * a\n0 5 * * * b\n@reboot c\n"
    file = parse_crontab(text)
    assert [fault.reason.split(":")[0] for fault in file.faults] == [
        "'Asia/Tokio' is not a key of the tz database",
        "minute 75 is out of range 0-59",
        "no zone, as that of CRON_TZ above is not known",
    ]
    assert [entry.command for entry in file.entries] == ["c"]


def test_a_variable_is_for_the_lines_below_it() -> None:
    text = "A=1\n@daily a\n@daily b\nA=2\nB=3\n@daily c\n"
    a, b, c = parse_crontab(text).entries
    assert a.environment == b.environment == {"A": "1"}
    assert c.environment == {"A": "2", "B": "3"}


def test_a_dash_keeps_an_entry_out_of_the_log() -> None:
    entries = parse_crontab("-0 5 * * * a\n -@reboot b\n0 5 * * * c\n").entries
    assert [entry.logged for entry in entries] == [False, False, True]
    assert entries[0].schedule == entries[2].schedule


def test_a_crontab_at_reboot_never_runs_by_the_clock() -> None:
    (entry,) = parse_crontab("@Reboot x").entries
    assert entry.at_reboot
    assert entry.schedule.next_run(datetime(2026, 1, 1, tzinfo=UTC)) is None


def test_lines_end_as_they_end_anywhere() -> None:
    expected = parse_crontab("A=1\n\n@daily x%y\n")
    for text in ("\ufeffA=1\r\n\r\n@daily x%y\r\n", "A=1\n \t\n@daily x%y"):
        assert parse_crontab(text) == expected
    # Only a line feed ends a line: others stand in comments and commands.
    (entry,) = parse_crontab("# a\u2028b\x0bc\x85d\n@daily x\u2028y").entries
    assert (entry.line, entry.command) == (2, "x\u2028y")


def test_nothing_is_in_an_empty_file() -> None:
    for text in ("", "\n", "# only a comment", "\r\n#\r\n"):
        assert parse_crontab(text) == CrontabFile((), ())


def test_settings_are_those_of_cron() -> None:
    (entry,) = parse_crontab("*/5 22-2 * * * x", dialect="celery", dst="wall").entries
    assert entry.schedule == cron("*/5 22-2 * * *", dialect="celery", dst="wall")
    lines = "H H * * * a\n  H H * * *  b"
    drawn = parse_crontab(lines, dialect="jenkins", seed=7).entries
    assert [entry.schedule for entry in drawn] == [
        cron("H H * * *", dialect="jenkins", seed=seed)
        for seed in ("7 H H * * * a", "7 H H * * *  b")
    ]
    assert drawn[0].schedule != drawn[1].schedule


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"tz": "Nowhere"}, "'Nowhere' is not a key of the tz database"),
        ({"dialect": "quartz"}, "quartz crontabs stand in no crontab file"),
        ({"dialect": "systemd"}, "systemd crontabs stand in no crontab file"),
        ({"dialect": "vixi"}, "did you mean vixie?"),
        ({"dst": "never"}, "'never'"),
        ({"dialect": "ocps", "seed": 1}, "draw nothing from a seed"),
    ],
)
def test_a_wrong_setting_is_no_fault_of_a_line(settings: Any, reason: str) -> None:
    with pytest.raises(ScheduleError, match=reason):
        parse_crontab("", **settings)


@pytest.mark.parametrize("text", [None, b"@daily x", ["@daily x"]])
def test_a_file_is_given_as_its_text(text: Any) -> None:
    with pytest.raises(InvalidTypeError, match="a crontab file is read from its text, not "):
        parse_crontab(text)


def test_hostile_texts_have_an_end() -> None:
    hopeless = parse_crontab("\n".join(f"CRON_TZ=X{number}" for number in range(5_000)))
    assert len(hopeless.faults) == 100
    assert hopeless.faults[-1].reason.endswith("; with 100 faults, no line below is read")
    assert len(parse_crontab("* * * * * x\n" * 10_000).entries) == 10_000
    with pytest.raises(ScheduleError, match="at most 10,000 lines that are no comments"):
        parse_crontab("x\n" * 10_001)
    (fault,) = parse_crontab("".join(f"V{number}=\n" for number in range(1_001))).faults
    assert fault.reason == "a crontab file has at most 1,000 variables"
    assert not parse_crontab("".join(f"V{number % 999}=\n" for number in range(2_000))).faults
    for line in ("1," * 100_000, '"' * 100_000, "A='" + '"' * 100_000, "-" * 100_000):
        assert len(parse_crontab(line).faults) == 1


def test_what_was_read_is_a_value() -> None:
    file = parse_crontab("A=1\n0 5 * * * x\n75 5 * * * y")
    assert pickle.loads(pickle.dumps(file)) == file
    assert hash(file) == hash(parse_crontab("A=1\n0 5 * * * x\n75 5 * * * y"))
    values: list[Any] = [file, file.entries[0], file.faults[0]]
    for value in values:
        with pytest.raises(FrozenInstanceError, match="read a changed text anew"):
            value.line = 1
