#!/usr/bin/env bash
# Runs the health checks of this project's containers by turns, which podman leaves to systemd, until it is ended.
set -u
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$here/lib.sh"
while sleep 2; do
  for name in $(podman ps --filter "label=com.docker.compose.project=$1" --format '{{.Names}}' 2>/dev/null); do
    podman healthcheck run "$name" >/dev/null 2>&1
  done
done
