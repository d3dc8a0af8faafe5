"""The days and years people deal with; what lies beyond is a slip of the keyboard."""

from datetime import date

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
YEARS = range(FIRST_DAY.year, LAST_DAY.year + 1)
