"""Every tracker that the registry finds, against a double of its published rules."""
