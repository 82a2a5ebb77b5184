"""Fits the heads on labelled texts: `python -m enrich._train --labelled FOLDER`."""
