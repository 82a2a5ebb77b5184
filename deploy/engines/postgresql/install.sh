#!/bin/sh
# The desk database's tests need a PostgreSQL server. On Debian as root it is installed, without a cluster of its own;
# elsewhere one sentence says what to do.
set -eu
if command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then exit 0; fi
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing PostgreSQL for the tests of the desk database: about 60 MB, half a minute."
    export DEBIAN_FRONTEND=noninteractive
    (apt-get update && apt-get install --yes --no-install-recommends postgresql-common &&
        sed -i 's/^#* *create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf &&
        apt-get install --yes --no-install-recommends postgresql) >/tmp/klankbord-postgresql.log 2>&1 && exit 0
    tail -5 /tmp/klankbord-postgresql.log >&2
fi
echo "PostgreSQL's server is missing and could not be installed here; on Debian: sudo apt-get install postgresql" >&2
exit 1
