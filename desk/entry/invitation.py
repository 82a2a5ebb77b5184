"""Where an invitation leads, and how long it opens."""

from datetime import timedelta

PATH = "/invited/"
LINK_LIVES = timedelta(days=7)
