"""Alerts: what is watched, when it is worth a message, and the message itself."""
