"""Evidence files: examined, re-encoded without metadata, fingerprinted and stored (R10).

Claims decides who may see a file; the bytes never pass through a service.
"""

from gateway.evidence.evidence_file import EvidenceFile, ThumbnailSize, examine, make_thumbnails
from gateway.evidence.file_storage import FileStore

__all__ = ["EvidenceFile", "FileStore", "ThumbnailSize", "examine", "make_thumbnails"]
