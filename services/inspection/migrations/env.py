from messaging import migrate
from services.inspection.store import metadata

migrate.run(metadata)
