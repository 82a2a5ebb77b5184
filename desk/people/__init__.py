"""Acts and imports about staff, for the command line, the page and the sign-on system."""
