"""What becomes of a crisis: when it opens, who leads it, what has to be done by when, and what it came to."""
