"""Drills: a scripted crisis through the real pipeline, beside what is live, and marked wherever it goes."""
