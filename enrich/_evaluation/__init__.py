"""How good a model is: labelled texts, what was found for them, and the figures that come of both."""
