"""Local servers that refuse what X and Meta refuse, in their words, built from their published rules."""
