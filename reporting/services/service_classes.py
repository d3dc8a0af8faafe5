"""What says which class of service an issue is of: expedited, due on a day, or as it comes.

A label says it outright; else the highest priority, under the names sites give it, is expedited,
and what has a due date is due on a day. "Critical" is second to "Blocker" on many sites, so it is
not the highest.
"""

NAMES = {
    "expedite_labels": ["expedite", "expedited"],
    "fixed_date_labels": ["fixed-date", "fixed_date", "fixeddate"],
    "highest": ["highest", "blocker", "urgent", "immediate", "expedite", "p0"],
}
