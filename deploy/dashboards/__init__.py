"""Dashboards as code: panels, variables, alerts and what a Grafana needs to find them, built from the house's own names.

A panel asks the archive's alias for dashboards (sinks/_elastic_shown.py), so that its figures are those of the page.
"""
