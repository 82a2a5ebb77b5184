"""Frequently asked questions: what people ask most, what we answered, and whether a best practice says it."""
