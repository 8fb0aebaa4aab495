#!/bin/bash
# Creates or updates the database and roles of every service; see store.sql.
set -euo pipefail
for service in registry claims review inspection aggregation exchange engagement publicity; do
  owner=${service^^}_OWNER_PASSWORD password=${service^^}_DATABASE_PASSWORD
  SERVICE=$service OWNER_PASSWORD=${!owner} SERVICE_PASSWORD=${!password} psql --no-psqlrc --quiet --file "$(dirname "$0")/store.sql"
  echo "store of $service: ready"
done
