"""What every resource of the API stands on: tokens, scopes, problems, pages, limits, repeats.

An app describes its resource in `<app>/api/` and prodops/urls.py mounts it under /api/v1/.
"""
