"""Evidence: uploads described by their content; the gateway stores the files (R10)."""

from typing import Annotated, Literal, NotRequired, TypedDict

from contracts.schema import Doc, Instant

MediaType = Literal["image/jpeg", "application/pdf"]

EvidenceKey = tuple[str, str]
"""The community of an upload and its id."""


class EvidenceOrigin(TypedDict):
    """When and where a picture was taken, by the camera's metadata."""

    captured_at: NotRequired[Annotated[str | None, Doc("By the camera's clock, without an offset")]]
    latitude: NotRequired[float | None]
    longitude: NotRequired[float | None]


class EvidenceMetadata(TypedDict):
    """What the gateway found in an upload. `looks` are perceptual hashes as bit strings, of the whole picture first."""

    sha256: str
    media_type: MediaType
    size: int
    width: NotRequired[int | None]
    height: NotRequired[int | None]
    looks: NotRequired[list[str]]
    origin: NotRequired[EvidenceOrigin | None]


class Evidence(TypedDict):
    """An upload. Pictures of every accepted format are stored as JPEG without metadata."""

    id: str
    media_type: MediaType
    size: Annotated[int, Doc("Bytes, as stored")]
    width: NotRequired[int | None]
    height: NotRequired[int | None]
    sha256: Annotated[str, Doc("Of the uploaded file")]
    uploaded_by_id: str
    uploaded_at: Instant


class OwnUpload(Evidence):
    """An upload of the caller, with what the camera said of time and place."""

    origin: EvidenceOrigin | None


class EvidenceFile(Evidence):
    """An upload, and the community whose files it is among."""

    community_id: str
