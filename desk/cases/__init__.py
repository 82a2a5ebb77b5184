"""What becomes of a case: when it opens, who acts on it, what happens when nobody does."""
