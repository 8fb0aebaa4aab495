"""Stores files in a folder or bucket."""

from collections.abc import Mapping
from typing import get_args

import fsspec

from contracts.errors import NotFound, Unavailable
from gateway.evidence.evidence_file import ThumbnailSize


class FileStore:
    """Files under `url` (a folder, `file://…`, `s3://…`), at `<community>/<last two characters of name>/<name>`.

    Evidence is named by the id claims gave it, not by content, so that deleting it cannot affect another upload.
    Thumbnails of a picture are beside it, at `<name>.small.jpg` and `<name>.large.jpg`, and are deleted with it.
    """

    def __init__(self, url: str) -> None:
        self._filesystem, self._root = fsspec.core.url_to_fs(url)

    def save(self, community: str, name: str, content: bytes) -> None:
        """Write the file unless it exists with that size. Raise Unavailable when the storage fails."""
        self._write(self._path(community, name), content)

    def save_thumbnails(self, community: str, name: str, thumbnails: Mapping[ThumbnailSize, bytes]) -> None:
        """Write thumbnails of a stored file, none if it was deleted meanwhile. Raise Unavailable."""
        for size, content in thumbnails.items():
            self._write(self._path(community, name, size), content)
        if thumbnails and not self._exists(self._path(community, name)):
            self.delete(community, name)

    def read_thumbnail(self, community: str, name: str, size: ThumbnailSize) -> bytes | None:
        """Return a thumbnail, None if there is none. Raise Unavailable when the storage fails."""
        try:
            return self._read(self._path(community, name, size))
        except NotFound:
            return None

    def _write(self, path: str, content: bytes) -> None:
        try:
            if not self._is_complete(path, len(content)):
                self._filesystem.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
                self._filesystem.pipe_file(path, content)
        except Exception as error:  # each file system raises errors of its own
            raise Unavailable from error

    def read(self, community: str, name: str) -> bytes:
        """Return the content. Raise NotFound if there is no such file, Unavailable when the storage fails."""
        return self._read(self._path(community, name))

    def _read(self, path: str) -> bytes:
        try:
            return bytes(self._filesystem.cat_file(path))
        except FileNotFoundError as error:
            raise NotFound("证明材料的文件已不存在") from error
        except Exception as error:
            raise Unavailable from error

    def delete(self, community: str, name: str) -> None:
        """Delete the file, then its thumbnails, if they exist. Raise Unavailable when the storage fails.

        Whoever stores a thumbnail looks for the file afterwards, so that none is left without it.
        """
        for size in (None, *get_args(ThumbnailSize)):
            try:
                self._filesystem.rm_file(self._path(community, name, size))
            except FileNotFoundError:
                continue
            except Exception as error:
                raise Unavailable from error

    def _exists(self, path: str) -> bool:
        try:
            return bool(self._filesystem.exists(path))
        except Exception as error:
            raise Unavailable from error

    def _is_complete(self, path: str, size: int) -> bool:
        """Return whether the file has `size` bytes. Another size is a partial write or of an older encoder."""
        try:
            return bool(self._filesystem.info(path)["size"] == size)
        except FileNotFoundError:
            return False

    def _path(self, community: str, name: str, thumbnail: ThumbnailSize | None = None) -> str:
        path = f"{self._root}/{community}/{name[-2:]}/{name}"
        return f"{path}.{thumbnail}.jpg" if thumbnail else path
