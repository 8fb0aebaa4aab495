"""Stores files in a folder or bucket."""

import fsspec

from contracts.errors import NotFound, Unavailable


class FileStore:
    """Files under `url` (a folder, `file://…`, `s3://…`), at `<community>/<last two characters of name>/<name>`.

    Evidence is named by the id claims gave it, not by content, so that deleting it cannot affect another upload.
    """

    def __init__(self, url: str) -> None:
        self._filesystem, self._root = fsspec.core.url_to_fs(url)

    def save(self, community: str, name: str, content: bytes) -> None:
        """Write the file unless it exists with that size. Raise Unavailable when the storage fails."""
        path = self._path(community, name)
        try:
            if not self._is_complete(path, len(content)):
                self._filesystem.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
                self._filesystem.pipe_file(path, content)
        except Exception as error:  # each file system raises errors of its own
            raise Unavailable from error

    def read(self, community: str, name: str) -> bytes:
        """Return the content. Raise NotFound if there is no such file, Unavailable when the storage fails."""
        try:
            return bytes(self._filesystem.cat_file(self._path(community, name)))
        except FileNotFoundError as error:
            raise NotFound("证明材料的文件已不存在") from error
        except Exception as error:
            raise Unavailable from error

    def delete(self, community: str, name: str) -> None:
        """Delete the file if it exists. Raise Unavailable when the storage fails."""
        try:
            self._filesystem.rm_file(self._path(community, name))
        except FileNotFoundError:
            return
        except Exception as error:
            raise Unavailable from error

    def _is_complete(self, path: str, size: int) -> bool:
        """Return whether the file has `size` bytes. Another size is a partial write or of an older encoder."""
        try:
            return bool(self._filesystem.info(path)["size"] == size)
        except FileNotFoundError:
            return False

    def _path(self, community: str, name: str) -> str:
        return f"{self._root}/{community}/{name[-2:]}/{name}"
