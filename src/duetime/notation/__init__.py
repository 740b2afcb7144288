"""Schedules in words: written texts are read, and sentences are made."""
