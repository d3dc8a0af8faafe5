"""Change history, threads, comments and timelines; may import people and ui."""
