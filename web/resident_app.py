"""Files of the residents' app for browsers, under `/app/`, as `python -m deploy.app` built them."""

import gzip
import mimetypes
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, redirect, request
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join
from werkzeug.wrappers import Response as BaseResponse

from web.security_headers import add_security_headers

FILES = Path(__file__).parents[1] / "clients" / "app" / "dist" / "build" / "h5"
"""Where the build leaves them."""

_CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self' data:;"
    " connect-src 'self' blob:; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)
_TEXTS = {
    suffix: f"{kind}; charset=utf-8"
    for suffix, kind in (
        (".js", "text/javascript"),
        (".css", "text/css"),
        (".html", "text/html"),
        (".svg", "image/svg+xml"),
    )
}
_NOT_BUILT = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>居民应用还没有生成</title>
<h1>居民应用还没有生成</h1>
<p>平台在运行，缺少的是 <code>clients/app</code> 的页面文件。</p>
<p>请在能访问 npm 仓库的机器上运行 <code>make app</code>，然后刷新本页。</p>
<p>The residents' app is not built. Run <code>make app</code> where npm's registry can be reached.</p>
<p><a href="/">公示页</a></p>
</html>
"""


def create_app(files: Path = FILES) -> Flask:
    """Return the application that serves `/app/` from a folder; 503 with what to do while the app is not built."""
    app = Flask(__name__, static_folder=None)

    @app.get("/app")
    def _with_slash() -> BaseResponse:
        return redirect("/app/", HTTPStatus.PERMANENT_REDIRECT)

    @app.get("/app/")
    def _start_page() -> Response:
        if not (files / "index.html").is_file():
            return Response(_NOT_BUILT, HTTPStatus.SERVICE_UNAVAILABLE)
        return _file_response(files / "index.html", "no-cache")

    @app.get("/app/<path:name>")
    def _file(name: str) -> Response:
        path = safe_join(str(files), name)
        if path is None or not Path(path).is_file():
            raise NotFound
        # The names of assets change with their content.
        changes_its_name = name.startswith("assets/")
        return _file_response(Path(path), "public, max-age=31536000, immutable" if changes_its_name else "no-cache")

    app.register_error_handler(NotFound, _not_found)
    app.after_request(_with_headers)
    return app


def _file_response(file: Path, cache_control: str) -> Response:
    media_type = _TEXTS.get(file.suffix)
    packed = media_type is not None and "gzip" in request.headers.get("Accept-Encoding", "")
    content = _gzip(file, file.stat().st_mtime_ns) if packed else file.read_bytes()
    response = Response(content, content_type=media_type or mimetypes.guess_type(file.name)[0])
    if media_type:
        response.headers["Vary"] = "Accept-Encoding"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = cache_control
    response.add_etag()
    response.make_conditional(request)
    return response


@lru_cache(maxsize=256)
def _gzip(file: Path, changed: int) -> bytes:
    """Return a file compressed; `changed` is when it was written, so that a new build is read anew."""
    return gzip.compress(file.read_bytes(), mtime=0)


def _not_found(_: NotFound) -> tuple[str, int]:
    return "没有这个文件", HTTPStatus.NOT_FOUND


def _with_headers(response: Response) -> Response:
    add_security_headers(response, _CONTENT_SECURITY_POLICY)
    return response
