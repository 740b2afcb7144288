"""Schedules of one rule, a file for each constructor."""
