"""How mature the organisation is: the evidence that there is, and what came of it over time."""
