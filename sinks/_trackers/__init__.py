"""Trackers of work in which a rising topic becomes one item: a file a system, each a core.backlog.Tracker.

A module has `Settings` and `build(settings, tools)`, an async context manager; its docstring's first line says what it is.
"""
