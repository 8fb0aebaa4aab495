"""Tables that people send: headings found by synonym, cells parsed, what is not understood named by its cell.

| module | holds |
| --- | --- |
| `cells` | plain text of a cell, and parsers of numbers, days, years and words |
| `headings` | finds the row with the headings in the sheets of a file |
| `table` | reads the rows below by columns, and reports errors |

It knows nothing of what the columns mean. `gateway.decoding.tables` turns files into sheets.
"""

from tabular.headings import Heading, Sheet, Table, locate
from tabular.table import CellError, Column, Record, read

__all__ = ["CellError", "Column", "Heading", "Record", "Sheet", "Table", "locate", "read"]
