"""Where files are kept: a folder or a bucket, each under a name of its own."""

import fsspec

from contracts.errors import NotFound, Unavailable


class FileStore:
    """The files under `url` (a folder, `file://…`, `s3://…`), each at `<community>/<last two of its name>/<name>`.

    Proof is named by the id claims gave it, so that it can be deleted without asking whose else it is.
    """

    def __init__(self, url: str) -> None:
        self._files, self._root = fsspec.core.url_to_fs(url)

    def save(self, community: str, name: str, content: bytes) -> None:
        """Write the file unless it is there."""
        path = self._path(community, name)
        try:
            if not self._holds(path, len(content)):
                self._files.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
                self._files.pipe_file(path, content)
        except Exception as error:  # each kind of store fails with errors of its own
            raise Unavailable from error

    def read(self, community: str, name: str) -> bytes:
        """The bytes; `NotFound` when they are gone, `Unavailable` when the store does not answer."""
        try:
            return bytes(self._files.cat_file(self._path(community, name)))
        except FileNotFoundError as error:
            raise NotFound("证明材料的文件已不存在") from error
        except Exception as error:
            raise Unavailable from error

    def delete(self, community: str, name: str) -> None:
        """The file is gone, whether it was there or not; `Unavailable` when the store does not answer."""
        try:
            self._files.rm_file(self._path(community, name))
        except FileNotFoundError:
            return
        except Exception as error:
            raise Unavailable from error

    def _holds(self, path: str, size: int) -> bool:
        """A file of another size is what a crash left half written, or an older encoder's; it is written anew."""
        try:
            return bool(self._files.info(path)["size"] == size)
        except FileNotFoundError:
            return False

    def _path(self, community: str, name: str) -> str:
        return f"{self._root}/{community}/{name[-2:]}/{name}"
