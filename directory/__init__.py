"""A service's own copy of the registry's facts, and the queries and permissions that need them.

To use it in a service: `attach(metadata)` in the store's tables, the mixin `DirectoryUpdater` in the service class, and
`DirectoryScope` as the base class of the store's scope.
"""

from directory.queries import PERSON_FACTS_QUERY, Directory, PersonFacts
from directory.roles import Roles
from directory.scope import DirectoryScope
from directory.tables import attach
from directory.updates import DirectoryUpdater, apply_facts

__all__ = [
    "PERSON_FACTS_QUERY",
    "Directory",
    "DirectoryScope",
    "DirectoryUpdater",
    "PersonFacts",
    "Roles",
    "apply_facts",
    "attach",
]
