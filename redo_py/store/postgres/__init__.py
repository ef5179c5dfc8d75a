"""The store in a schema of a Postgres database, which several machines may share."""
