"""One module a command; each has `command`, a click command of the same name."""
