"""HTTP API of the platform: authentication, validation, rate limits and OpenAPI. It contains no domain logic.

| part | holds |
| --- | --- |
| `app`, `settings`, `gunicorn.conf`, `gunicorn_worker`, `__main__` | application, configuration, server, commands |
| `resources`, `schemas` | the operations of the API; forms and replies that differ from those of the services |
| `blueprint`, `paging` | what every resource uses |
| `services`, `rpc` | typed clients of the services; pool, protocol and errors of the calls |
| `http` | request parsing, problems, idempotency keys, content negotiation, public cache, request context |
| `security` | authentication, passwords, signatures, rate limits, response secrets, security headers |
| `openapi` | the OpenAPI description |
| `decoding` | uploads decoded in worker processes with limits |
| `evidence`, `pdf`, `spreadsheets`, `publication_files` | uploaded and generated files |
| `person_names`, `item_titles` | add names and titles to rows of ids |
| `polling`, `ttl_cache`, `wechat`, `health`, `observability` | polling of results, cache, WeChat's API, operations |

To add a resource:

1. Declare the call, its form and its reply in `contracts/calls/<service>`; forms and replies are typed dictionaries
   whose fields are those of `contracts.fields` (bounded, with messages in Chinese). Times, days and periods stay
   strings, so that a form can be passed to the service as it is. A reference is named `<noun>_id` in forms and replies
   alike; the id of the object itself is `id`.

2. Write the view in `gateway/resources/<service>/<resource>.py`: one blueprint, one `MethodView` per path,
   decorators in this order:

       blp = Blueprint("orders", __name__, description="Orders")

       @blp.route("/v1/orders")
       class Orders(MethodView):
           @signed_in                             # or @for_merchants("vouchers"), or nothing if public
           @blp.arguments(OrderForm)              # location="query" for parameters, "files"/"form" for uploads
           @blp.response(201, Order)
           def post(self, form: OrderForm) -> Any:
               \"\"\"The docstring's first line is the summary in the API's description.\"\"\"
               return exchange.place_order(actor=actor(), **form)

   Commands carry the `Idempotency-Key`. What a service refuses becomes a problem response without further code;
   raise `contracts.errors` for what only the gateway can refuse.

3. Add its blueprint to `gateway/resources/__init__.py`, then run `make openapi`.

See also: `paging` for lists, `http.public_cache.publicly_cached` for public pages, `person_names.with_person_names`
for names, `http.idempotency.required` for POST operations of merchants. Tests use the fixtures `client` and `services`
of `tests/gateway/conftest.py`.
"""
