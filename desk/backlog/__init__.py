"""Rising topics in a tracker of work: each is one item there, which is kept current and which people may close for good."""
