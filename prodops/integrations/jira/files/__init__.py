"""Jira's export files (CSV, search results as JSON, JSON lines; gzipped or not) as a source.

`reading` opens them, `json_rows` and `csv_rows` make of each issue what the API would have sent,
`importing` checks the whole file and then writes it by the mapping of the API, `uploads` keeps
files that came over the web until a worker has read them.
"""
