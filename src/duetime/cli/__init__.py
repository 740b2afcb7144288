"""The `duetime` command, a thin layer over the library.

It needs the `cli` extra, so nothing outside the standard library is imported before `main` runs.
"""

import sys


def main() -> None:
    """Run the `duetime` command with the arguments of this process."""
    try:
        from duetime.cli.commands import cli
    except ModuleNotFoundError as missing:
        if missing.name not in ("click", "tzlocal"):
            raise
        sys.exit('The duetime command needs an extra: pip install "duetime[cli]"')
    try:
        cli(prog_name="duetime")
    except OSError as error:
        # A full disk, for one. What closes a pipe has been taken care of.
        sys.exit(f"Error: {error.strerror or error}")
