"""Benchmarks: each module measures some rows of bench/results.json."""
