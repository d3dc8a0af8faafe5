"""Metrics: one module an area, one function a KPI."""
