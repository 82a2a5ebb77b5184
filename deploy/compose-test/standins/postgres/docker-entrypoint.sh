#!/bin/bash
# As the real image's, for a user who is not root: the first start makes the database and runs the .sql files it is given.
set -e
if [ "$1" != postgres ]; then exec "$@"; fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  mkdir -p "$PGDATA"
  chmod 700 "$PGDATA"
  # shellcheck disable=SC2086
  initdb --username=postgres --pwfile="$POSTGRES_PASSWORD_FILE" --pgdata="$PGDATA" $POSTGRES_INITDB_ARGS
  pg_ctl --pgdata="$PGDATA" --wait --options="$(printf '%q ' "${@:2}" -clisten_addresses=)" start
  for file in /docker-entrypoint-initdb.d/*.sql; do
    PGPASSWORD=$(cat "$POSTGRES_PASSWORD_FILE") psql --no-psqlrc -v ON_ERROR_STOP=1 --username=postgres --file="$file"
  done
  pg_ctl --pgdata="$PGDATA" --mode=fast --wait stop
fi
exec "$@" -clisten_addresses='*'
