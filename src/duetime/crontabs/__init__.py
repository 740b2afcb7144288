"""Crontabs. Read the files in this order: each is one step.

`fields` is the meaning of a crontab: bit sets and a day rule. `dialects` has the syntax of each
cron as a row of data, and `reader` turns text into fields with it, item by item (`items`); what
single dialects add is in `jenkins`, `quartz` and `systemd`, and texts that are not crontabs in
`forms`. `shapes` turns a day rule into the days of each of the 28 shapes of months; `timetable`
finds the nearest wall label by look-ups; `schedule` has `Cron`, which puts labels on the UTC line,
and `cron`; `shared` intersects crontabs. `writer` and `conversion` go back to text. `files` reads
whole crontab files.
"""
