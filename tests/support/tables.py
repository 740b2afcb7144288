"""Tables that are drawn as text: a row is a record by the names of its columns."""

import re


def records(table: str) -> list[dict[str, str]]:
    """The rows of a table: columns stand two blanks apart or more, below their names.

    Empty lines and lines that begin with `#` are for the reader.
    """
    lines = [line for line in table.splitlines() if line and not line.startswith("#")]
    names, *rows = (re.split(r" {2,}", line.strip()) for line in lines)
    return [dict(zip(names, row, strict=True)) for row in rows]
