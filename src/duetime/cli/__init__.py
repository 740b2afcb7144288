"""The `duetime` command, a thin layer over the library.

It needs the `cli` extra, so nothing outside the standard library is imported before `main` runs.
"""

import sys


def main() -> None:
    """Run the `duetime` command with the arguments of this process."""
    try:
        from duetime.cli.commands import cli
    except ModuleNotFoundError as missing:
        if missing.name != "click":
            raise
        sys.exit('The duetime command needs an extra: pip install "duetime[cli]"')
    cli(prog_name="duetime")
