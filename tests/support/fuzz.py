"""Coverage-guided fuzzing of what reads foreign input: the crontab reader and the wire reader.

Run by hand: `pip install atheris`, then
`python -m tests.support.fuzz cron -max_total_time=600` (or `wire`, `parse`). Anything but a
schedule or a ScheduleError, or an answer that takes over a second, stops it.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress

import atheris

with atheris.instrument_imports(include=["duetime"]):
    import duetime
    import duetime.notation.parsing
    import duetime.wire
    from duetime.crontabs.dialects import DIALECTS

SLOW = 1.0
"""Seconds; instrumented code is many times slower than in use."""


def fuzz_cron(data: bytes) -> None:
    provider = atheris.FuzzedDataProvider(data)
    dialect = provider.PickValueInList([*DIALECTS])
    seed = "job" if dialect == "jenkins" else None
    duetime.cron(provider.ConsumeUnicode(4096), dialect=dialect, seed=seed)


def fuzz_parse(data: bytes) -> None:
    duetime.notation.parsing.parse(atheris.FuzzedDataProvider(data).ConsumeUnicode(4096))


def fuzz_wire(data: bytes) -> None:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return
    schedule = duetime.Schedule.from_dict(document)
    assert duetime.Schedule.from_dict(json.loads(json.dumps(schedule.to_dict()))) == schedule


TARGETS = {"cron": fuzz_cron, "parse": fuzz_parse, "wire": fuzz_wire}


def main() -> None:
    target = TARGETS[sys.argv.pop(1)]

    def one(data: bytes) -> None:
        start = time.process_time()
        with suppress(duetime.ScheduleError):
            target(data)
        assert time.process_time() - start < SLOW, data

    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
