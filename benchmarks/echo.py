"""The least a command over the gateway can do: the service gives back what it was given, without a store."""

from typing import Any

import marshmallow as ma
from flask import Flask
from flask.views import MethodView
from nameko.rpc import rpc as method

from gateway import app, resources
from gateway.blueprint import Blueprint
from gateway.rpc import rpc
from gateway.schemas.claims import Claim, ClaimForm
from gateway.security.auth import actor, signed_in

SERVICE = "echo"


class Echo:
    """A bare nameko service."""

    name = SERVICE

    @method
    def echo(self, actor: dict[str, Any], answer: Any, **form: Any) -> dict[str, Any]:
        """The envelope of a command around `answer`."""
        return {"data": answer, "replayed": False}


class EchoForm(ClaimForm):
    """A claim, and what is to be answered."""

    answer = ma.fields.Raw(required=True)


def create_app() -> Flask:
    """The gateway with one more operation."""
    blp = Blueprint("echo", __name__)

    @blp.route("/v1/echo")
    class Echoes(MethodView):
        @signed_in
        @blp.arguments(EchoForm)
        @blp.response(201, Claim)
        def post(self, form: dict[str, Any]) -> Any:
            """Take a claim, give the answer back."""
            return rpc.command(SERVICE, "echo", actor=actor(), **form)

    resources.BLUEPRINTS.append(blp)
    return app.create_app()
