# shellcheck shell=bash disable=SC2154
# What must hold of a composed installation. Sourced by run.sh; each function says what it saw, or fails.

count_passed=0
passed() { count_passed=$((count_passed + 1)); say "ok: $*"; }

parts=(ingest stream sinks page players)
ask() { dc exec -T page python -; }

# Messages in the archive.
archived() {
  ask <<'END'
import asyncio
from pathlib import Path
from core.document import Filter
from klankbord import configuration
from klankbord.stores import open_stores
async def main():
    read = configuration.read(Path("/var/lib/klankbord/organisation/klankbord.yaml"))
    async with open_stores(read, lambda line: None, patience=60) as stores:
        print(await stores.archive.count(Filter()))
asyncio.run(main())
END
}

# Until a command succeeds.
wait_for() {  # SECONDS WHAT COMMAND...
  local until=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    [ $SECONDS -lt $until ] || fail "$what did not happen in time"
    sleep 3
  done
}

containers() { podman ps --quiet --filter "label=com.docker.compose.project=$project" --filter "label=com.docker.compose.service=$1"; }
health_of() { podman inspect --format '{{.State.Health.Status}}' "$1"; }
are_healthy() {
  local one
  for one in "$@"; do
    for id in $(containers "$one"); do
      [ "$(health_of "$id")" = healthy ] || return 1
    done
    [ -n "$(containers "$one")" ] || return 1
  done
}

# Runs a service that ends; shows what it said and gives its exit code. (`compose run` does not give it with podman.)
ended() {  # SERVICE
  local id code
  dc rm --force --stop "$1" >/dev/null 2>&1
  dc up -d --no-deps "$1" >"$cache/up.log" 2>&1 || { cat "$cache/up.log" && exit 1; }
  id=$(podman ps --all --quiet --filter "label=com.docker.compose.project=$project" --filter "label=com.docker.compose.service=$1")
  code=$(podman wait "$id")
  dc logs --no-log-prefix "$1" 2>&1
  return "$code"
}

preflight_names_what_is_missing() {
  local said maps
  maps=$(sysctl -n vm.max_map_count)
  python3 -m http.server --bind 127.0.0.1 "$KLANKBORD_PORT" >/dev/null 2>&1 &
  local taker=$!
  background+=("$taker")
  until curl -s -o /dev/null "$page/"; do sleep 0.2; done
  said=$(ended prepare) && fail "preflight let a port in use pass: $said"
  kill $taker
  wait $taker 2>/dev/null || true
  grep -q "port $KLANKBORD_PORT on 127.0.0.1 is in use by another program: KLANKBORD_PORT=" <<<"$said" || fail "preflight did not name the port: $said"
  passed "preflight names the port in use: $(grep -o "port $KLANKBORD_PORT .*" <<<"$said" | head -1)"
  if [ "$maps" -lt 262144 ]; then
    grep -q 'sudo sysctl -w vm.max_map_count=262144' <<<"$said" || fail "preflight did not name the kernel setting: $said"
    passed "preflight names the kernel setting and its command, which is run now"
    sysctl -q -w vm.max_map_count=262144
  fi
}

the_desk_is_in_postgresql() {
  # shellcheck disable=SC2016
  dc exec -T postgres sh -c 'PGPASSWORD=$(cat /docker-entrypoint-initdb.d/postgres.password) psql -h /var/run/postgresql -U postgres klankbord -Atc "select version_num from alembic_version"' | grep >/dev/null '^0' || fail "the desk database has no tables in PostgreSQL"
  ! dc exec -T page ls /var/lib/klankbord/data/desk.db >/dev/null 2>&1 || fail "the desk database is a file"
  passed "the desk database is in PostgreSQL"
}

all_healthy() {
  are_healthy kafka elasticsearch postgres "${parts[@]}" || fail "not all are healthy: $(dc --profile demo ps)"
  passed "healthy: kafka elasticsearch postgres ${parts[*]}"
}

nobody_is_root() {
  local one
  for one in "${parts[@]}" kafka elasticsearch postgres; do
    [ "$(dc exec -T "$one" id -u)" = 1000 ] || fail "$one runs as $(dc exec -T "$one" id)"
    dc exec -T "$one" grep -q '^CapEff:.0000000000000000$' /proc/1/status || fail "$one has capabilities"
    dc exec -T "$one" grep -q '^NoNewPrivs:.1$' /proc/1/status || fail "$one may gain privileges"
  done
  for one in "${parts[@]}"; do
    ! dc exec -T "$one" touch /opt/klankbord/written 2>/dev/null || fail "$one can write into its image"
  done
  [ "$(podman port "$(containers page)" | cut -d: -f1 | sort -u)" = "$KLANKBORD_PORT/tcp -> 127.0.0.1" ] || fail "the page is published beyond 127.0.0.1"
  passed "nobody is root, has capabilities or may gain any; the parts cannot write to their image; the page is on 127.0.0.1 alone"
}

what_hears_and_sends_has_a_way_out() {
  local one
  for one in ingest sinks page; do
    dc exec -T "$one" grep -Pq '^\w+\t00000000\t' /proc/net/route || fail "$one has no way out"
  done
  passed "ingest, sinks and page have a way out"
}

secrets_are_out_of_sight() {
  local secrets all modes
  secrets=$(dc exec -T page sh -c 'cat /secrets/klankbord/*.password | fold -w 32')
  # shellcheck disable=SC2046
  all=$(podman inspect $(podman ps --quiet --all --filter "label=com.docker.compose.project=$project"); dc --profile demo logs 2>&1)
  for secret in $secrets; do
    ! grep -qF -e "$secret" <<<"$all" || fail "a secret shows in inspect or in the logs"
  done
  modes=$(dc exec -T page sh -c 'stat -c %a /secrets/klankbord/*' | sort -u)
  [ "$modes" = 440 ] || fail "secrets are readable by more than their group: $modes"
  ! dc exec -T page ls /secrets/setup/elasticsearch.password /secrets/postgres/postgres.password /secrets/authority/ca.key >/dev/null 2>&1 || fail "the page reads secrets of others"
  passed "secrets are files of mode 0440, in no inspect and no log"
}

enter() {  # PATH: the page as a person sees it who knows the password
  [ -s "$cache/cookies" ] || curl -sf -o /dev/null -c "$cache/cookies" -H "Origin: $page" \
    --data-urlencode "password=$(dc exec -T page cat /secrets/klankbord/page.password)" "$page/password"
  curl -sf -b "$cache/cookies" "$page$1"
}

the_page_is_closed_without_a_password() {
  rm -f "$cache/cookies"
  [ "$(curl -s -o /dev/null -w '%{http_code}' "$page/")" = 403 ] || fail "the page opens to everybody"
  [ "$(curl -s -o /dev/null -w '%{http_code}' -H "Origin: $page" --data 'password=wrong-password' "$page/password")" = 403 ] || fail "a wrong password opens"
  wait_for 120 "the page opening with the password" enter / >/dev/null
  passed "the page opens with the password of its file, and with nothing else"
}

the_past_arrives() {
  wait_for "$patience" "the arrival of the demo's 28 days" eval 'dc --profile demo logs --no-log-prefix players 2>&1 | grep >/dev/null "28 days are there"'
  local said
  said=$(dc --profile demo logs --no-log-prefix players 2>&1 | grep -E '28 days are there|differs')
  grep -q 'nothing: every count equals the ground truth' <<<"$said" || fail "$said"
  enter '/?range=28d' | grep >/dev/null 'Noorderlijn' || fail "the page does not show the organisation"
  passed "$(grep -o '28 days are there.*' <<<"$said"); every count equals the ground truth"
}

address_and_password_come_last() {
  wait_for 60 "the last lines" eval 'dc --profile demo logs --no-log-prefix players 2>&1 | tail -1 | grep >/dev/null password'
  local said
  said=$(dc --profile demo logs --no-log-prefix players 2>&1 | tail -2)
  grep -q "the page: $page" <<<"$said" && grep -q '/secrets/klankbord/page.password' <<<"$said" || fail "the last lines are: $said"
  passed "address and password file come last"
}

an_assistant_is_answered() {
  local asked='{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"compose-test","version":"1"}}}'
  dc exec -T page klankbord mcp -c /var/lib/klankbord/organisation/klankbord.yaml <<<"$asked" 2>"$cache/mcp.log" | grep >/dev/null '"serverInfo"' || fail "klankbord mcp: $(tail -1 "$cache/mcp.log")"
  passed "an assistant is answered from the image"
}

demo_and_own_are_not_mixed() {
  dc --profile demo stop players >/dev/null 2>&1
  local said
  said=$(ended setup) && fail "the demo's volumes were taken for an organisation's own: $said"
  grep -q "holds the demo's invented messages" <<<"$said" || fail "$said"
  passed "without the demo's players its volumes are refused, with the way out"
}

down_and_up_keeps_everything() {  # the players are stopped: nothing new comes in
  local before after password
  before=$(archived)
  password=$(dc exec -T page cat /secrets/klankbord/page.password)
  dc --profile demo down >/dev/null 2>&1
  up
  after=$(archived)
  [ "$after" -ge "$before" ] && [ "$after" -le $((before + 100)) ] || fail "before down there were $before messages, after up $after"
  [ "$(dc exec -T page cat /secrets/klankbord/page.password)" = "$password" ] || fail "the password changed"
  enter / >/dev/null || fail "the browser's session did not survive"
  passed "down and up keeps everything: $before messages before, $after after; password, certificates and session stay"
}

each_service_restarts() {
  local one before after
  before=$(archived)
  for one in kafka elasticsearch postgres "${parts[@]}"; do
    dc --profile demo restart "$one" >/dev/null 2>&1 || fail "$one does not restart"
    sleep 5
    wait_for "$patience" "$one being healthy again" are_healthy kafka elasticsearch postgres "${parts[@]}"
    passed "$one restarted"
  done
  after=$(archived)
  [ "$after" -ge "$before" ] || fail "$before messages before the restarts, $after after"
  grows_from "$after"
}

grows_from() {
  # shellcheck disable=SC2016
  wait_for 180 "a new message after $1" eval '[ "$(archived)" -gt '"$1"' ]'
  passed "new messages still arrive"
}

# How many partitions each worker has.
shares() {
  ask <<'END'
from pathlib import Path
from kafka import KafkaAdminClient
from klankbord import configuration
read = configuration.read(Path("/var/lib/klankbord/organisation/klankbord.yaml"))
settings = configuration.log_settings(read)
admin = KafkaAdminClient(bootstrap_servers=settings.servers, **settings.protection())
described = admin.describe_groups([settings.group("stream")])[settings.group("stream")]
shares = [part for one in described["members"] for part in one["member_assignment"]["assigned_partitions"]]
print(*sorted(len(share["partitions"]) for share in shares))
END
}

stream_scales_to_two() {
  up --scale stream=2
  [ "$(containers stream | wc -l)" = 2 ] || fail "there are $(containers stream | wc -l) stream containers"
  # shellcheck disable=SC2016
  wait_for 120 "two workers sharing the partitions" eval '[ "$(shares 2>/dev/null)" = "4 4" ]'
  grows_from "$(archived)"
  passed "stream scaled to two workers with four partitions each"
}

# The profile `watch` but for Grafana, which no package of Debian's has; who is told is the part `page`, asked to listen.
watched() {
  "$compose" --ansi never --progress quiet --project-name "$project" --file "$root/deploy/compose.yaml" \
    --file "$cache/watch.yaml" --profile demo --profile watch "$@"
}
prometheus_says() { watched exec -T prometheus wget -q -O - "http://127.0.0.1:9090/api/v1/$1"; }
scraped() { watched exec -T prometheus promtool query instant http://127.0.0.1:9090 'up == 1' | grep -o 'part="[a-z]*"' | sort -u | tr -d '\n'; }

prometheus_watches_every_part() {
  local rules
  rm -rf "$cache/alerts"
  cp -r "$root/deploy/alerts" "$cache/alerts"
  sed -i 's|# webhook_configs:|webhook_configs:|; s|#   - url: https://chat.example.*|  - url: http://page:9999/|' "$cache/alerts/alertmanager.yml"
  printf 'services:\n  alertmanager:\n    volumes: ["%s:/etc/alertmanager/klankbord:ro"]\n' "$cache/alerts" >"$cache/watch.yaml"
  watched up -d --wait --wait-timeout "$patience" --no-deps prometheus alertmanager >"$cache/up.log" 2>&1 || fail "watch: $(tail -3 "$cache/up.log")"
  # shellcheck disable=SC2016
  wait_for 120 "every part being scraped" eval '[ "$(scraped)" = "part=\"ingest\"part=\"page\"part=\"sinks\"part=\"stream\"" ]'
  rules=$(grep -c '^      - alert:' "$root/deploy/alerts/rules.yml")
  [ "$(prometheus_says rules | grep -o '"type":"alerting"' | wc -l)" = "$rules" ] || fail "Prometheus has other rules: $(prometheus_says rules)"
  prometheus_says alertmanagers | grep >/dev/null 'http://alertmanager:9093' || fail "Prometheus knows no Alertmanager"
  passed "Prometheus scrapes ingest, page, sinks and stream, and has the $rules rules"
}

who_watches_is_nobody_and_unpublished() {
  local one
  for one in prometheus alertmanager; do
    [ "$(watched exec -T "$one" id -u)" = 65534 ] || fail "$one runs as $(watched exec -T "$one" id)"
    watched exec -T "$one" grep -q '^CapEff:.0000000000000000$' /proc/1/status || fail "$one has capabilities"
    watched exec -T "$one" grep -q '^NoNewPrivs:.1$' /proc/1/status || fail "$one may gain privileges"
    [ "$(podman inspect --format '{{.HostConfig.ReadonlyRootfs}}' "$(containers "$one")")" = true ] || fail "$one can write into its image"
    [ -z "$(podman port "$(containers "$one")")" ] || fail "$one is published"
    ! watched exec -T "$one" ls /secrets >/dev/null 2>&1 || fail "$one sees secrets"
  done
  passed "Prometheus and Alertmanager run as nobody, without capabilities, read-only, unpublished and without a secret"
}

an_alert_reaches_the_webhook() {
  dc exec -T page python - >"$cache/told" 2>"$cache/told.log" <<'END' &
import json
from http.server import BaseHTTPRequestHandler, HTTPServer
told = set()
class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        told.update((one["status"], one["labels"]["alertname"]) for one in body["alerts"])
        self.send_response(200)
        self.end_headers()
server = HTTPServer(("0.0.0.0", 9999), Receiver)
while ("firing", "PartDown") not in told:
    server.handle_request()
print(*sorted(told))
END
  local listening=$!
  background+=("$listening")
  dc stop stream >/dev/null 2>&1
  # shellcheck disable=SC2016
  wait_for 420 "the alert that the stream is down" eval 'grep >/dev/null PartDown "$cache/told"'
  dc start stream >/dev/null 2>&1
  # shellcheck disable=SC2016
  wait_for "$patience" "the end of that alert" eval '! prometheus_says alerts | grep >/dev/null PartDown'
  passed "a stopped part is told through Alertmanager to the webhook, and the alert ends with its start"
}

an_empty_installation_says_how_to_add_a_source() {
  rm -f "$cache/cookies"
  dc up -d --wait --wait-timeout "$patience" >"$cache/up.log" 2>&1 || fail "up: $(tail -3 "$cache/up.log")"
  enter / | grep >/dev/null 'klankbord.yaml' || fail "the page does not say where a source is added"
  passed "without a source the page says how to add one"
}
