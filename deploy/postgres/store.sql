-- Creates or updates a service's database, the role that owns and migrates it, and the role the service connects as.
-- Run by psql as superuser with SERVICE, OWNER_PASSWORD and SERVICE_PASSWORD in the environment.
\set ON_ERROR_STOP on
\set QUIET on
\getenv service SERVICE
\getenv owner_password OWNER_PASSWORD
\getenv service_password SERVICE_PASSWORD
\set owner :service _owner

SELECT format('CREATE ROLE %I', role)
  FROM unnest(ARRAY[:'service', :'owner']) AS role
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec
ALTER ROLE :"owner" LOGIN PASSWORD :'owner_password';
ALTER ROLE :"service" LOGIN PASSWORD :'service_password';

-- The server ends a stuck statement, lock or transaction, also when its client is gone.
ALTER ROLE :"service" SET statement_timeout = '30s';
ALTER ROLE :"service" SET lock_timeout = '5s';
ALTER ROLE :"service" SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE :"owner" SET lock_timeout = '10s';

SELECT format('CREATE DATABASE %I OWNER %I', :'service', :'owner')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'service') \gexec
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"service" TO :"service";

\connect :"service"
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO :"service";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"service";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO :"service";
