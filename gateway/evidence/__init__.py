"""Proof as it comes in and as it is kept: examined by content, stripped, recognised, stored (R10).

Claims decides who may see it; the bytes never pass through a service.
"""

from gateway.evidence.looks import looks_of
from gateway.evidence.proof import Proof, examine
from gateway.evidence.shelf import Shelf

__all__ = ["Proof", "Shelf", "examine", "looks_of"]
