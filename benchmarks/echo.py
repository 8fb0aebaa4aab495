"""The cheapest possible command through the gateway: the service returns what it was sent, without a store."""

from typing import Annotated, Any, Protocol, Unpack

import marshmallow as ma
from flask import Flask
from flask.views import MethodView
from nameko.rpc import rpc as method

from contracts.calls.claims import ClaimForm
from contracts.rpc import Caller, command
from gateway import app, resources
from gateway.blueprint import Blueprint
from gateway.rpc import client
from gateway.schemas.claims.claims import Claim
from gateway.security.auth import actor, signed_in

SERVICE = "echo"


class EchoForm(ClaimForm):
    """A claim, and the answer to return."""

    answer: Annotated[Any, ma.fields.Raw()]


class EchoApi(Protocol):
    """The call of the echo service."""

    @command
    def echo(self, *, actor: Caller, **form: Unpack[EchoForm]) -> Claim:
        """Return `answer`."""


class Echo:
    """A nameko service without messaging or store."""

    name = SERVICE

    @method
    def echo(self, actor: Caller, answer: Any, **form: Any) -> dict[str, Any]:
        """Return the envelope of a command's result with `answer`."""
        return {"data": answer, "replayed": False}


def create_app() -> Flask:
    """Create the gateway with the additional operation `POST /v1/echo`."""
    blp = Blueprint("echo", __name__)
    service: EchoApi = client(SERVICE, EchoApi)

    @blp.route("/v1/echo")
    class Echoes(MethodView):
        @signed_in
        @blp.arguments(EchoForm)
        @blp.response(201, Claim)
        def post(self, form: EchoForm) -> Any:
            """Return the answer sent beside a claim."""
            return service.echo(actor=actor(), **form)

    resources.BLUEPRINTS.append(blp)
    return app.create_app()
