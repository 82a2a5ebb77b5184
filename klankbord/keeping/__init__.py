"""What the keeper does beside the archive: what comes after it by a reader of its own, what is looked at in rounds, what is sent."""
