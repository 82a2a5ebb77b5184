"""Customers as people and systems are shown them: found, told, and joined by a person's act."""
