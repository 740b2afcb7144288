"""A pytest plugin: our names in place of croniter's, before croniter's own tests import them."""

from __future__ import annotations

import croniter

from duetime.adapters import croniter as ours


def pytest_configure() -> None:
    for name in ours.__all__:
        if hasattr(croniter, name):
            setattr(croniter, name, getattr(ours, name))
