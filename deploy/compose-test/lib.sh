# shellcheck shell=bash
# What the scripts of the compose proof share: where things are, and how podman is told to work beside anything else.
# Sourced, with `here` and `root` set by whoever sources it.

cache="${KLANKBORD_COMPOSE_TEST:-${XDG_CACHE_HOME:-$HOME/.cache}/klankbord/compose-test}"
mkdir -p "$cache"
python_image=docker.io/library/python:$(sed -n 's/^FROM python:\([^ ]*\) AS build$/\1/p' "$root/deploy/Dockerfile")
kafka_image=docker.io/$(sed -n 's/^ *image: \(apache\/kafka:.*\)$/\1/p' "$root/deploy/compose.yaml")
elasticsearch_image=$(sed -n 's/^ *image: \(docker.elastic.co\/elasticsearch\/.*\)$/\1/p' "$root/deploy/compose.yaml")
postgres_image=docker.io/library/$(sed -n 's/^ *image: \(postgres:.*\)$/\1/p' "$root/deploy/compose.yaml")
prometheus_image=docker.io/$(sed -n 's/^ *image: \(prom\/prometheus:.*\)$/\1/p' "$root/deploy/compose.yaml")
alertmanager_image=docker.io/$(sed -n 's/^ *image: \(prom\/alertmanager:.*\)$/\1/p' "$root/deploy/compose.yaml")
klankbord_image=docker.io/library/$(sed -n 's/^ *image: \(klankbord:.*\)$/\1/p' "$root/deploy/compose.yaml" | head -1)

say() { printf '%s %s\n' "$(date +%H:%M:%S)" "$*"; }
fail() { say "FAILED: $*" >&2; exit 1; }  # seen also where what a check prints is thrown away

files=$(ulimit -Hn) # who may not raise limits cannot give containers more than they have
if [ "$files" = unlimited ] || [ "$files" -gt 16384 ]; then files=16384; fi
# Each script writes it, whole at once: podman may be reading it for another one.
cat > "$cache/containers.conf.$$" <<END
[containers]
default_ulimits = ["nofile=$files:$files", "nproc=8192:8192"]
[network]
network_backend = "netavark"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
END
mv "$cache/containers.conf.$$" "$cache/containers.conf"
cat > "$cache/storage.conf.$$" <<END
[storage]
driver = "overlay"
graphroot = "$cache/storage"
runroot = "/tmp/klankbord-compose-test"
END
mv "$cache/storage.conf.$$" "$cache/storage.conf"
export CONTAINERS_CONF=$cache/containers.conf CONTAINERS_STORAGE_CONF=$cache/storage.conf
