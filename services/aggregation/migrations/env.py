from messaging import migrate
from services.aggregation.store import metadata

migrate.run(metadata)
