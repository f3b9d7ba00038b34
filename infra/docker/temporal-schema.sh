#!/bin/sh
# Brings the two databases of the Temporal server to the schema of its version; run before every start, so upgrades need nothing else.
set -eu

tool() {
  database=$1
  shift
  temporal-sql-tool --plugin postgres12 --ep temporal-db -p 5432 -u temporal --db "$database" "$@"
}

for database in temporal temporal_visibility; do
  schema=/etc/temporal/schema/postgresql/v12/${database#temporal_}/versioned
  # The first time there is neither the database nor a schema to update.
  if ! tool "$database" update-schema -d "$schema"; then
    tool "$database" create || true
    tool "$database" setup-schema -v 0.0
    tool "$database" update-schema -d "$schema"
  fi
done
