"""Crontabs. Read the files in this order: each is one step.

`dialects` (what is allowed) and `text` (the reader) turn text into `fields` (bit sets); `shapes`
turns a day rule into the days of every possible month, over the tables of `gregorian`; `search`
finds the nearest wall label; `runs` puts labels on the UTC line.
"""
