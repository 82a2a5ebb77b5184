"""From one log and archive to another."""
