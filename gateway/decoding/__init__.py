"""Decodes uploaded files in worker processes that have limits on memory, processor time and duration.

| module | holds |
| --- | --- |
| `pool` | what the gateway calls: starts workers, bounds how many decode and wait, replaces those that fail |
| `worker` | the process: one child for each file, under limits |
| `frames` | the messages between the two |
| `pictures`, `perceptual_hash`, `pdf_documents`, `tables` | the decoders, imported by workers only |
"""
