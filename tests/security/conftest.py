"""The running platform and its communities, for attacks that need all of it."""

from tests.flows.conftest import administrator, api, community, new_community

__all__ = ["administrator", "api", "community", "new_community"]
