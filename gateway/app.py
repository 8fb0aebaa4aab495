"""The WSGI application and the order in which its parts are installed."""

from flask import Flask, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.middleware.proxy_fix import ProxyFix

from contracts.calls.exchange.merchants import SigningKey
from contracts.calls.registry import RegistryApi
from gateway import content_check, health, merchant_names, person_names, public_labels
from gateway.decoding.pool import DecodingPool
from gateway.documents.pool import DocumentPool
from gateway.http import problems, request_context
from gateway.http.public_cache import CachedResponse, PublicCacheMiddleware
from gateway.http.request_parser import TABLE_MEDIA_TYPES
from gateway.openapi import description
from gateway.processes.pool import ProcessLimits
from gateway.resources import BLUEPRINTS
from gateway.rpc import ConnectionPool, Rpc, Transport, background_client
from gateway.security import rate_limits
from gateway.security.headers import security_headers
from gateway.security.revocations import RevokedSessions
from gateway.settings import Settings
from gateway.ttl_cache import TTLCache
from gateway.wechat import WeChat

_TEMPORARY_FILE_MB = 512
"""Of a document that is being made: the largest sheet before it is compressed."""
_PUBLIC_ANSWER_BYTES = 64 * 1024 * 1024


class _JSONProvider(DefaultJSONProvider):
    """Flask's JSON with keys in the order of the schema and Chinese text unescaped."""

    sort_keys = False
    ensure_ascii = False


def create_app(settings: Settings | None = None, transport: Transport | None = None) -> Flask:
    """Create the gateway's WSGI application.

    `settings` default to those of the environment, `transport` to a pool of connections to the broker.
    """
    settings = settings or Settings.from_env()
    app = Flask("gateway", static_folder=None)
    app.config |= {
        "SETTINGS": settings,
        "MAX_CONTENT_LENGTH": settings.upload_limit,
        "TRUSTED_HOSTS": settings.host_names,
    }
    app.json = _JSONProvider(app)
    app.url_map.merge_slashes = False
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies)  # type: ignore[method-assign]

    app.extensions["rpc"] = Rpc(
        transport
        or ConnectionPool(
            settings.amqp_uri,
            size=settings.rpc_lines,
            deadline=settings.rpc_deadline,
            ca_file=settings.amqp_ca_file,
        )
    )
    app.extensions["wechat"] = WeChat(
        settings.wechat_base_url, settings.wechat_appid, settings.wechat_secret, timeout=settings.rpc_deadline
    )
    app.extensions["decoding"] = DecodingPool(
        ProcessLimits(
            memory_mb=settings.decoding_memory_mb,
            cpu_seconds=settings.decoding_cpu_seconds,
            seconds=settings.decoding_seconds,
        ),
        size=settings.decoding_processes,
        queue=settings.decoding_queue,
        wait_seconds=settings.decoding_wait_seconds,
    )
    app.extensions["documents"] = DocumentPool(
        ProcessLimits(
            memory_mb=settings.document_memory_mb,
            cpu_seconds=settings.document_cpu_seconds,
            seconds=settings.document_seconds,
            file_mb=_TEMPORARY_FILE_MB,
        ),
        size=settings.document_processes,
        queue=settings.document_queue,
        wait_seconds=settings.document_wait_seconds,
        font_folder=settings.font_folder,
    )
    app.extensions["revoked_sessions"] = RevokedSessions(settings.access_token_seconds)
    app.extensions["signing_keys"] = TTLCache[SigningKey](size=1000)
    app.extensions["public"] = public = TTLCache[CachedResponse](
        size=1000, weight_limit=_PUBLIC_ANSWER_BYTES, weigh=CachedResponse.size
    )
    app.wsgi_app = PublicCacheMiddleware(  # type: ignore[method-assign]
        app.wsgi_app, public, security_headers(settings), settings.host_names
    )
    request_context.install(app)
    person_names.install(app)
    merchant_names.install(app)
    public_labels.install(app)
    content_check.install(app)

    @app.before_request
    def limit_text_bodies() -> None:
        if request.mimetype in ("application/json", *TABLE_MEDIA_TYPES):
            request.max_content_length = settings.json_limit

    rate_limits.install(app)
    health.install(app)
    api = description.install(app)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    problems.install(app)
    if settings.metrics_port:
        app.wsgi_app = health.OperatorPort(app, settings.metrics_port)  # type: ignore[method-assign]
    return app


def follow_revoked_sessions(app: Flask) -> None:
    """Follow in the background which sessions are closed, so that their access tokens are refused within seconds."""
    settings: Settings = app.config["SETTINGS"]
    registry = background_client("registry", RegistryApi, app.extensions["rpc"].transport)
    revoked: RevokedSessions = app.extensions["revoked_sessions"]
    revoked.follow(lambda since: registry.closed_sessions(since=since), settings.revocation_seconds)
