"""Thin layers between schedules and the schedulers of others; each needs its extra."""
