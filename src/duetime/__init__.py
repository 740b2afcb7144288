"""When does this schedule run? Crontabs, intervals, suns and rules as immutable schedules."""

from duetime.crontab.runs import cron

__version__ = "0.1.0"
