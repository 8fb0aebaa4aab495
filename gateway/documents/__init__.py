"""Writes PDFs and workbooks in worker processes, so that no document keeps other requests waiting.

| module | holds |
| --- | --- |
| `pool` | what the gateway calls: bounds how many documents are made, keeps what is public |
| `typesetting`, `fonts` | PDFs from the Typst templates in `gateway/pdf`, imported by workers only |
| `workbooks` | xlsx files, imported by workers only |
"""
