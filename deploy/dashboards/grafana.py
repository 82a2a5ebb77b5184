"""Grafana's classic dashboard model: the one that every release provisions from files; release 13.0 refuses the v2 there."""

import warnings

with warnings.catch_warnings():  # the library would rather have v2
    warnings.simplefilter("ignore", DeprecationWarning)
    from grafana_foundation_sdk.models import dashboard

__all__ = ["dashboard"]
