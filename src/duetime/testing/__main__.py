"""`python -m duetime.testing ENGINE`: hold a crontab engine to the laws of schedules."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from importlib import import_module

from duetime.testing.hunting import Engine, Fault, Question, faults, hunt
from duetime.testing.peers import PEERS
from duetime.testing.utc import in_zone
from duetime.zones import find_zone


def main(arguments: Sequence[str] | None = None) -> int:
    """Print each broken law; return the exit code, 1 if there is any."""
    parser = _parser()
    options = parser.parse_args(arguments)
    number = 0
    try:
        for fault in _found(options):
            number += 1
            print(fault.broken if options.question else fault, end="\n\n", flush=True)
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        parser.error(str(error))
    print(f"{number or 'no'} law{'s' if number > 1 else ''} broken")
    return 1 if number else 0


def _found(options: argparse.Namespace) -> Iterable[Fault]:
    engine = _engine(options.engine)
    if len(options.question) not in (0, 3):
        raise ValueError("a question is three arguments: EXPRESSION ZONE MOMENT")
    if options.question:
        return faults(engine, _question(*options.question))
    return hunt(engine, examples=options.examples, seconds=options.seconds)


def _engine(name: str) -> Engine:
    """The function that makes subjects: of a known library, or at `module:function`."""
    if name in PEERS:
        return PEERS[name]
    module, colon, function = name.partition(":")
    if not colon:
        known = ", ".join(PEERS)
        raise ValueError(f"ENGINE is one of {known}, or module:function, and not {name!r}")
    engine: Engine = getattr(import_module(module), function)
    return engine


def _question(expression: str, zone: str, moment: str) -> Question:
    tz = find_zone(zone).tzinfo
    asked = datetime.fromisoformat(moment)
    if asked.tzinfo is None:
        raise ValueError(f"MOMENT needs a UTC offset, such as {moment}+00:00")
    return Question(expression, zone, in_zone(asked, tz))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m duetime.testing",
        description="Hold a crontab engine to the laws of schedules, and print the smallest"
        " question found with which it breaks each; or try one question.",
    )
    parser.add_argument(
        "engine",
        metavar="ENGINE",
        help=f"{', '.join(PEERS)}, which must be installed; or module:function, a function of"
        " an expression and a zone that gives a Subject",
    )
    parser.add_argument(
        "question",
        nargs="*",
        metavar="EXPRESSION ZONE MOMENT",
        help="a single question: crontab, zone, and an ISO 8601 time with a UTC offset",
    )
    parser.add_argument(
        "--examples", type=int, default=1_000, help="questions for each law (default: %(default)s)"
    )
    parser.add_argument(
        "--seconds", type=float, default=30, help="time for each law (default: %(default)s)"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
