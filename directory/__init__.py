"""Registry facts as a service keeps them in its own store, and the dated questions it asks of them.

Mount it in a service: `attach(metadata)` in the store, `KeepsDirectory` beside the service class, and
`Directory(session, community)` wherever a rule needs to know who lived where, or held which role, on a day.
"""

from directory.keeping import KeepsDirectory, keep
from directory.questions import STANDING, Directory, Standing
from directory.roles import Roles
from directory.scope import DirectoryScope
from directory.tables import attach

__all__ = ["STANDING", "Directory", "DirectoryScope", "KeepsDirectory", "Roles", "Standing", "attach", "keep"]
