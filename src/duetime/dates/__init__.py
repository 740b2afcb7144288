"""Numbers only: sets as ints, the calendar, days, and the runs of days as bits."""
