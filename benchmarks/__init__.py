"""Comparisons with peers, all in one run, ratios first: `python -m benchmarks [NAME ...]`.

A benchmark is a module with a `measure(effort)` that returns reports. The figures that a design
budget speaks of carry its name, and `--check` holds them against the table in `budgets`.
"""
