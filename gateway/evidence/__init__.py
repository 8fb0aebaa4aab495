"""Proof as it comes in and as it is kept: examined by content, stripped, recognised, stored (R10).

Claims decides who may see it; the bytes never pass through a service.
"""

from gateway.evidence.evidence_file import EvidenceFile, examine
from gateway.evidence.file_storage import FileStore
from gateway.evidence.perceptual_hash import perceptual_hashes

__all__ = ["EvidenceFile", "FileStore", "examine", "perceptual_hashes"]
