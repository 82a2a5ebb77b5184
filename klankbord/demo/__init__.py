"""The demo: 28 days of what people said about Noorderlijn, a regional railway that does not exist.

Every text, organisation, paper and account here is invented, and the texts were written for this demo; only the rhythm
of the arrivals is taken from real volumes (data/ORIGIN.md). The same seed and moment give the same bytes.
"""
