"""Tells people and channels what happened to cases: who they are, what a message says, and that it arrives once or says so."""
