"""Files of requests and of support tickets, read by one machinery.

`files` opens them, `ticket_files` flattens the JSON of support tools, `fields` says what a column
can mean, `values` reads a cell, `choices` the words of a choice, `requests` and `tickets` make a
row a record, `work` checks and writes a file as a worker, `undoing` takes it back.
"""
