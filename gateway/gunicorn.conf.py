"""gunicorn settings of the gateway. Workers use threads, since requests mostly wait for services.

gunicorn --config gateway/gunicorn.conf.py "web.serving:create_app()"   # with the pages
gunicorn --config gateway/gunicorn.conf.py "gateway.app:create_app()"   # the API alone
"""

import os
import shutil
import tempfile
from typing import Any

bind = [f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"]
if int(os.environ.get("METRICS_PORT", "0")):
    bind.append(f"{os.environ.get('METRICS_BIND', '127.0.0.1')}:{os.environ['METRICS_PORT']}")
worker_class = "gateway.gunicorn_worker.Worker"
workers = int(os.environ.get("WORKERS", "2"))
threads = int(os.environ.get("THREADS", "12"))
timeout = 60
graceful_timeout = 20
keepalive = 30
control_socket_disable = True
sendfile = False  # the worker's event loop sends responses

os.environ.setdefault("RPC_LINES", str(threads))

_folders: list[str] = []
"""Of what the workers share, deleted at the end."""


def on_starting(server: Any) -> None:
    """Create the folder in which workers share metrics, before prometheus_client is imported, and counters."""
    from gateway.security.counters import create_file

    _folders.append(tempfile.mkdtemp(prefix="gateway-metrics-"))
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = _folders[-1]
    if "COUNTERS_FILE" not in os.environ:
        _folders.append(tempfile.mkdtemp(prefix="gateway-counters-"))
        os.environ["COUNTERS_FILE"] = os.path.join(_folders[-1], "counters.sqlite")
    create_file(os.environ["COUNTERS_FILE"])


def post_fork(server: Any, worker: Any) -> None:
    """Configure JSON logging in each worker."""
    from gateway.observability import configure_logging

    configure_logging()


def post_worker_init(worker: Any) -> None:
    """Start a process for uploads and one for documents, which take seconds to import, and follow closed sessions.

    Another app with these settings, as a benchmark compares the gateway with, needs none of them.
    """
    from gateway.app import follow_revoked_sessions

    if "decoding" not in worker.wsgi.extensions:
        return
    worker.wsgi.extensions["decoding"].processes.prepare()
    worker.wsgi.extensions["documents"].processes.prepare()
    follow_revoked_sessions(worker.wsgi)


def child_exit(server: Any, worker: Any) -> None:
    """Remove the gauges of a worker that ended."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    """Delete what the workers shared."""
    for folder in _folders:
        shutil.rmtree(folder, ignore_errors=True)
