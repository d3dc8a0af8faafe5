"""Reporting: metrics, dashboards and readouts; reads everything below and never acts on it."""
