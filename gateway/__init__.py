"""The only door: authentication, forms, limits and OpenAPI in front of the services. No rule of the domain lives here.

To add a resource, copy this pattern.

1. Forms and answers, `gateway/schemas/rewards.py`, in terms of `contracts.fields` (bounded, answers in Chinese;
   times, days and periods stay strings, so a form can go to the service as it is):

       class OrderForm(Schema):
           reward_id = fields.Id("rwd", required=True)
           quantity = fields.Count(least=1, most=99, load_default=1)

       class Order(Schema):
           id = fields.Id("ord", required=True)
           ...

   A field that refers to something is named `<noun>_id`, in forms and answers alike; a thing's own id is `id`.

2. The resource, `gateway/resources/orders.py`: one blueprint, a `MethodView` a path, decorators in this order:

       blp = Blueprint("orders", __name__, description="Orders")

       @blp.route("/v1/orders")
       class Orders(MethodView):
           @signed_in                             # or @for_merchants("vouchers"), or nothing if public
           @blp.arguments(OrderForm)              # location="query" for parameters, "files"/"form" for uploads
           @blp.response(201, Order)
           def post(self, form):
               \"\"\"The docstring's first line is the summary in the API's description.\"\"\"
               return rpc.command("exchange", "place_order", actor=actor(), **form)

   `rpc.command` carries the Idempotency-Key, `rpc.query` asks (`gateway.rpc`). What a service refuses becomes a
   problem by itself (`gateway.problems`); raise `contracts.errors` for what only the gateway can refuse.

3. Its line in `gateway/resources/__init__.py`, then `make openapi`.

Beside that: lists `gateway.paging` (`Page`, `page_of`, `page`), public answers `gateway.cache.public`, names beside
ids `gateway.people.named`, merchants' POSTs `idempotency.required`.
Tests take the `client` and the fake `services` of `tests/gateway/conftest.py`.
"""
