"""Runs work that takes processor time in processes with limits on memory, processor time and duration.

| module | holds |
| --- | --- |
| `pool` | what the gateway calls: starts workers, bounds how many run and wait, replaces those that fail |
| `worker` | the process: one child for each piece of work, under limits |
| `frames` | the messages between the two |

`gateway.decoding` reads uploads with it, `gateway.documents` writes PDFs and workbooks.
"""
