from messaging import migrate
from services.review.store.tables import metadata

migrate.run(metadata)
