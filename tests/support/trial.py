"""`python -P trial.py FAULT PACKAGE SECONDS ARGUMENT...`: pytest with a fault put in.

A process of its own, which `tests.support.mutants` starts and may have to see ended: one test has
so many seconds of the processor. FAULT may be empty, for the package as it stands in PACKAGE. It
is no module of `tests.support`, so that `conftest.py` is the first to import that.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

CANNOT_BE_IMPORTED: Final = 77
"""The exit code for a package that cannot be imported at all."""
WRONG_PACKAGE: Final = 78


class Trial:
    """A plugin of pytest that puts a fault in and ends what does not end."""

    def __init__(self, fault: str, package: Path, seconds: float) -> None:
        self._fault = fault
        self._package = package
        self._seconds = seconds
        # What goes here is not captured, so that it is known where a run was when it was ended.
        self._log = os.dup(sys.stderr.fileno())

    # By now `conftest.py` has chosen the zone data, which the package reads as it is imported.
    def pytest_sessionstart(self) -> None:
        self._start_clock("import")
        try:
            import duetime
            import duetime.testing
        except Exception as error:
            pytest.exit(f"{error!r}", CANNOT_BE_IMPORTED)
        where = Path(duetime.testing.__file__).parents[1].resolve()
        if where != self._package.resolve():
            pytest.exit(f"imported from {where}", WRONG_PACKAGE)
        if self._fault:
            from tests.support.faults import FAULTS

            next(fault for fault in FAULTS if fault.name == self._fault).put_in()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._start_clock(item.nodeid.partition("::")[2])
        return (yield)

    def _start_clock(self, name: str) -> None:
        os.write(self._log, f"{name}\n".encode())
        # What the signal does by itself is to end the process, even in the middle of arithmetic.
        signal.setitimer(signal.ITIMER_PROF, self._seconds)


def main(arguments: list[str]) -> int:
    """Run pytest as the arguments say; the number returned is its exit code."""
    fault, package, seconds, *rest = arguments
    return int(pytest.main(rest, plugins=[Trial(fault, Path(package), float(seconds))]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
