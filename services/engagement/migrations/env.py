from messaging import migrate
from services.engagement.store import metadata

migrate.run(metadata)
