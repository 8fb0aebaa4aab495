"""Forms in and answers out, one module a resource, in the words of `gateway.fields`."""

import marshmallow

__all__ = ["Schema"]


class Schema(marshmallow.Schema):
    """Unknown fields are refused on the way in and left out on the way out."""

    class Meta:
        unknown = marshmallow.RAISE

    error_messages = {"unknown": "未知字段", "type": "应为对象"}
