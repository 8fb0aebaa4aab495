from messaging import migrate
from services.registry.store import metadata

migrate.run(metadata)
