"""Summaries of a selection of mentions by a language model that the user runs, each sentence with its evidence."""
