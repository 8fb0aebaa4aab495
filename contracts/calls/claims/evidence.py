"""Evidence: uploads by their content; the files lie with the gateway (R10)."""

from typing import Annotated, Literal, NotRequired, TypedDict

from contracts.schema import Doc, Instant

MediaType = Literal["image/jpeg", "application/pdf"]

EvidenceKey = tuple[str, str]
"""The community of an upload and its id."""


class EvidenceOrigin(TypedDict):
    """When and where the camera says a picture was taken."""

    captured_at: NotRequired[str | None]
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
    """A picture is kept as JPEG without metadata, whatever it came as."""

    id: str
    media_type: MediaType
    size: Annotated[int, Doc("Bytes, as kept")]
    width: NotRequired[int | None]
    height: NotRequired[int | None]
    sha256: Annotated[str, Doc("Of the file as it came")]
    uploaded_by_id: str
    uploaded_at: Instant


class EvidenceFile(Evidence):
    """An upload, and the community whose files it is among."""

    community_id: str
