"""Crontabs. Read the files in this order: each is one step.

`dialects` (the syntax of each cron) and `reader` turn text into `fields` (bit sets). `shapes` turns
a day rule into the days of each of the 28 shapes of months; `timetable` finds the nearest wall
label by look-ups; `schedule` puts them on the UTC line. `writer` and `conversion` go back to text.
"""
