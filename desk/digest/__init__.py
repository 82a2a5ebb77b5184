"""The weekly digest of a unit: what was said about it, what moved, what was answered and what comes, as an e-mail."""
