from messaging import migrate
from services.exchange.store import metadata

migrate.run(metadata)
