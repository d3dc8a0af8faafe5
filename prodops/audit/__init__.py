"""Change history, threads, comments and timelines; may import people and ui."""

from prodops.audit.actor import acting

__all__ = ["acting"]
