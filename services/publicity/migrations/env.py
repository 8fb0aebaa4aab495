from messaging import migrate
from services.publicity.store import metadata

migrate.run(metadata)
