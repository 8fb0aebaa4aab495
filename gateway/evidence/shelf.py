"""Where proof is kept: a folder or a bucket, by content, so that keeping it twice is keeping it once."""

import fsspec

from contracts.errors import NotFound, Unavailable


class Shelf:
    """The files under `url` (a folder, `file://…`, `s3://…`), each at `<community>/<sha256[:2]>/<sha256>`."""

    def __init__(self, url: str) -> None:
        self._files, self._root = fsspec.core.url_to_fs(url)

    def keep(self, community: str, sha256: str, content: bytes) -> None:
        """Write the file unless it is there. If nobody is told of it afterwards, it does no harm."""
        path = self._path(community, sha256)
        try:
            if not self._holds(path, len(content)):
                self._files.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
                self._files.pipe_file(path, content)
        except Exception as error:  # each kind of store fails with errors of its own
            raise Unavailable from error

    def read(self, community: str, sha256: str) -> bytes:
        """The bytes; `NotFound` when they are gone, `Unavailable` when the store does not answer."""
        try:
            return bytes(self._files.cat_file(self._path(community, sha256)))
        except FileNotFoundError as error:
            raise NotFound("证明材料的文件已不存在") from error
        except Exception as error:
            raise Unavailable from error

    def _holds(self, path: str, size: int) -> bool:
        """A file of another size is what a crash left half written, or an older encoder's; it is written anew."""
        try:
            return bool(self._files.info(path)["size"] == size)
        except FileNotFoundError:
            return False

    def _path(self, community: str, sha256: str) -> str:
        return f"{self._root}/{community}/{sha256[:2]}/{sha256}"
