"""What a drill came to, against the plan."""
