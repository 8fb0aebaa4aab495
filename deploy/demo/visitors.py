"""The former names of `deploy.demo.api_client`."""

from deploy.demo.api_client import Api as Door
from deploy.demo.api_client import ApiClient as Visitor
from deploy.demo.api_client import ApiError as Refused
from deploy.demo.api_client import retry_until_known as once_told
from deploy.demo.api_client import wait_for as until

__all__ = ["Door", "Refused", "Visitor", "once_told", "until"]
