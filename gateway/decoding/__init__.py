"""Decodes uploaded files in worker processes that have limits on memory, processor time and duration.

| module | holds |
| --- | --- |
| `pool` | what the gateway calls: a pool of `gateway.processes` and its refusals in words |
| `pictures`, `perceptual_hash`, `pdf_documents`, `tables` | the decoders, imported by workers only |
"""
