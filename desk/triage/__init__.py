"""Triage as an organisation sees it: how many go which way, who gets it, where people say otherwise."""
