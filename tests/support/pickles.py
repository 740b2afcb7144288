"""What a pickle asks for by name."""

from __future__ import annotations

import io
import pickle
from typing import Any


def globals_of(pickled: bytes) -> set[str]:
    """The names of all functions and classes that reading a pickle looks up."""
    found: set[str] = set()

    class Recorder(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> Any:
            found.add(f"{module}.{name}")
            return super().find_class(module, name)

    Recorder(io.BytesIO(pickled)).load()
    return found
