"""Makers of records for tests, one module an app; each gives a valid record with nothing said."""
