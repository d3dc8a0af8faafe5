"""Writing to Jira, only what a person clicked: the row is the work, and nothing is written twice.

`asking` takes the click, `delivery` does the writing, `kinds` knows each kind, `meta` asks Jira
which fields it wants, `calls` speaks HTTP. The apps above pull: they ask for a write, and link what
came of it to their own records.
"""
