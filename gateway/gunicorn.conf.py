"""How the gateway runs: threads, since each request waits for a service.

gunicorn --config gateway/gunicorn.conf.py "gateway.app:create_app()"
"""

import os
import tempfile

bind = f"{os.environ.get('BIND', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WORKERS", "2"))
threads = int(os.environ.get("THREADS", "8"))
os.environ.setdefault("RPC_LINES", str(threads))
timeout = 60
graceful_timeout = 20
keepalive = 30
accesslog = None
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
limit_request_line = 4094
control_socket_disable = True

# Workers add their figures up in this folder; it must be known before prometheus_client is imported.
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="gateway-metrics-"))


def post_fork(server, worker):
    from gateway.observe import configure_logs

    configure_logs()


def child_exit(server, worker):
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)
