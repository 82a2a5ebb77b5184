"""Who may answer, whose answers need a second pair of eyes, and who knows the answer."""
