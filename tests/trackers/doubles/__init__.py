"""Trackers as their published rules describe them: what they refuse is refused here too."""
