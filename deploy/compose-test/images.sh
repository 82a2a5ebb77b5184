#!/usr/bin/env bash
# Builds the image and, under the real names of what it and the compose file start from, stand-ins made of packages:
# a Debian for Python's image, the same jars and node as deploy/engines for Kafka's and Elasticsearch's, Debian's own PostgreSQL,
# Prometheus and Alertmanager.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$here/lib.sh"

has() { podman image exists "$1"; }

base() {
  local tree=$cache/base.tar
  [ -f "$tree" ] || {
    say "making a Debian to stand in for $python_image"
    # The hook makes Python and pip be where Python's own image has them.
    # shellcheck disable=SC2016
    mmdebstrap --quiet --format=tar --variant=minbase \
      --include=python3,python3-pip,python3-venv,ca-certificates,openssl,procps,curl,tini \
      --customize-hook='ln -s /usr/bin/python3 "$1/usr/local/bin/python3"; rm -f "$1"/usr/lib/python3*/EXTERNALLY-MANAGED; ln -s /usr/bin/tini "$1/bin/tini" 2>/dev/null || true' \
      bookworm "$tree.part"
    mv "$tree.part" "$tree"
  }
  has "$python_image" || podman import --quiet "$tree" "$python_image"
}

# The place on this machine of an engine's files, and of a Java that runs it.
asked() { (cd "$root" && .venv/bin/python -c "
import sys
from core.errors import Stop
from deploy.engines.cache import fetched
from deploy.engines.java import java_home
try:
    print($1)
except Stop as error:
    sys.exit(str(error))"); }
engine() { asked "fetched('$1', lambda line: print(line, file=sys.stderr))"; }
java() { asked "java_home($1)"; }

# Made anew where what it is made of changed.
stand_in() {  # NAME IMAGE JAVA
  local stamp
  stamp=$(cat "$here/images.sh" "$here/standins/$1"/* "$root/deploy/engines/$1/pom.xml" | sha256sum | cut -c1-16)
  [ "$(podman image inspect --format '{{.Labels.stamp}}' "$2" 2>/dev/null)" = "$stamp" ] && return
  say "making a stand-in for $2"
  local container mount files home
  files=$(engine "$1")
  home=$(java "$3")
  container=$(buildah from --pull-never "$python_image")
  mount=$(buildah mount "$container")
  cp -rL "$home" "$mount/opt/java" 2>/dev/null || true  # some links of Debian's lead to files that are not there
  rm -rf "$mount"/opt/java/{lib/src.zip,jmods,demo,man,legal}
  "prepare_$1" "$mount" "$files"
  "config_$1" "$container"
  buildah config --label "stamp=$stamp" "$container"
  buildah umount "$container" >/dev/null
  buildah commit --quiet --rm "$container" "$2" >/dev/null
}

prepare_kafka() {
  mkdir -p "$1"/opt/kafka/config "$1"/etc/kafka/docker "$1"/etc/kafka/secrets "$1"/var/lib/kafka/data "$1"/mnt/shared/config "$1"/tmp/logs
  cp -r "$2/libs" "$1/opt/kafka/libs"
  install -m 0755 "$here/standins/kafka/run" "$1/etc/kafka/docker/run"
  echo 'appuser:x:1000:1000::/home/appuser:/bin/bash' >> "$1/etc/passwd"
  echo 'appuser:x:1000:' >> "$1/etc/group"
  chown -R 1000:1000 "$1"/opt/kafka/config "$1"/var/lib/kafka "$1"/mnt/shared "$1"/etc/kafka
}
config_kafka() {
  buildah config --user appuser --cmd '["/etc/kafka/docker/run"]' --entrypoint '[]' --port 9092 \
    --volume /etc/kafka/secrets --volume /var/lib/kafka/data --volume /mnt/shared/config "$1"
}

prepare_elasticsearch() {
  cp -r "$2"/elasticsearch-* "$1/usr/share/elasticsearch"
  mkdir -p "$1"/usr/share/elasticsearch/{data,logs,plugins,config/jvm.options.d}
  install -m 0755 "$here/standins/elasticsearch/docker-entrypoint.sh" "$1/usr/local/bin/docker-entrypoint.sh"
  echo 'elasticsearch:x:1000:1000::/usr/share/elasticsearch:/bin/bash' >> "$1/etc/passwd"
  echo 'elasticsearch:x:1000:' >> "$1/etc/group"
  chown -R 1000:0 "$1/usr/share/elasticsearch"
  chmod -R g=u "$1"/usr/share/elasticsearch/{config,data,logs,plugins}
}
config_elasticsearch() {
  buildah config --user elasticsearch:root --workingdir /usr/share/elasticsearch --port 9200 \
    --env ES_JAVA_HOME=/opt/java --env ELASTIC_CONTAINER=true \
    --env PATH=/usr/share/elasticsearch/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    --entrypoint '["/bin/tini", "--", "/usr/local/bin/docker-entrypoint.sh"]' --cmd eswrapper "$1"
}

# Debian's own server, where the real image has it; the folder of its data is everybody's, as there.
# shellcheck disable=SC2016
postgres() {
  local stamp tree=$cache/postgres.tar container
  stamp=$(cat "$here/images.sh" "$here/standins/postgres"/* | sha256sum | cut -c1-16)
  [ "$(podman image inspect --format '{{.Labels.stamp}}' "$postgres_image" 2>/dev/null)" = "$stamp" ] && return
  say "making a stand-in for $postgres_image"
  mmdebstrap --quiet --format=tar --variant=minbase --include=postgresql \
    --customize-hook='rm -rf "$1"/var/lib/postgresql/* "$1"/etc/postgresql/*' \
    --customize-hook='install -d -m 1777 "$1/var/lib/postgresql/data" "$1/var/run/postgresql"; install -d "$1/docker-entrypoint-initdb.d"' \
    --customize-hook='echo "klankbord:x:1000:1000::/var/lib/postgresql:/bin/bash" >> "$1/etc/passwd"' \
    --customize-hook="install -m 0755 '$here/standins/postgres/docker-entrypoint.sh' \"\$1/usr/local/bin/docker-entrypoint.sh\"" \
    bookworm "$tree"
  podman import --quiet "$tree" localhost/klankbord-postgres:made
  rm "$tree"
  container=$(buildah from --pull-never localhost/klankbord-postgres:made)
  buildah config --label "stamp=$stamp" --port 5432 --volume /var/lib/postgresql/data --env PGDATA=/var/lib/postgresql/data \
    --env PATH=/usr/lib/postgresql/15/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    --entrypoint '["docker-entrypoint.sh"]' --cmd postgres "$container"
  buildah commit --quiet --rm "$container" "$postgres_image" >/dev/null
}

# Debian's own of both, where the real images have them, with their user, folders and entry points.
# shellcheck disable=SC2016
watchers() {
  local stamp tree=$cache/watchers.tar container name image
  stamp=$(sha256sum "$here/images.sh" | cut -c1-16)
  [ "$(podman image inspect --format '{{.Labels.stamp}}' "$alertmanager_image" 2>/dev/null)" = "$stamp" ] && return
  say "making stand-ins for $prometheus_image and $alertmanager_image"
  mmdebstrap --quiet --format=tar --variant=minbase --include=prometheus,prometheus-alertmanager,wget \
    --customize-hook='ln -s /usr/bin/prometheus-alertmanager "$1/usr/bin/alertmanager"' \
    --customize-hook='install -d -o 65534 -g 65534 "$1/prometheus" "$1/alertmanager"' \
    bookworm "$tree"
  podman import --quiet "$tree" localhost/klankbord-watchers:made
  rm "$tree"
  for name in prometheus alertmanager; do
    image=${name}_image
    container=$(buildah from --pull-never localhost/klankbord-watchers:made)
    buildah config --label "stamp=$stamp" --user nobody --workingdir "/$name" --volume "/$name" \
      --entrypoint "[\"/bin/$name\"]" --cmd '[]' "$container"
    buildah commit --quiet --rm "$container" "${!image}" >/dev/null
  done
}

# The image itself, by its real Dockerfile. This machine's trusted authorities and package cache are lent to the build.
klankbord() {
  say "building $klankbord_image"
  (cd "$root" && buildah build --quiet --format docker --layers --pull-never --network host \
    --volume /etc/ssl/certs:/etc/ssl/certs:ro \
    --file deploy/Dockerfile --tag "$klankbord_image" . >/dev/null)
  podman image inspect --format 'it is {{.Size}} bytes' "$klankbord_image" | numfmt --field 3 --to=iec
}

base
stand_in kafka "$kafka_image" 17
stand_in elasticsearch "$elasticsearch_image" 21
postgres
watchers
klankbord
podman image prune --force --filter until=24h >/dev/null  # what earlier builds left
