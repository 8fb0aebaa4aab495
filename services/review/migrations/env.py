from messaging import migrate
from services.review.store import metadata

migrate.run(metadata)
