from messaging import migrate
from services.claims.store import metadata

migrate.run(metadata)
