"""Aspects: where the words of a vocabulary stand in a text, and which part of the text speaks of each."""
