#!/bin/sh
# The tests of alerts need Prometheus and Alertmanager. On Debian as root they are installed, and not started as services;
# elsewhere one sentence says what to do.
set -eu
if command -v promtool >/dev/null 2>&1 && command -v prometheus-alertmanager >/dev/null 2>&1; then exit 0; fi
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing Prometheus and Alertmanager for the tests of alerts: about 30 MB, some seconds."
    export DEBIAN_FRONTEND=noninteractive
    policy=/usr/sbin/policy-rc.d # Debian asks it before a package starts what it brings
    if [ ! -e "$policy" ]; then
        trap 'rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 0755 "$policy"
    fi
    (apt-get update && apt-get install --yes --no-install-recommends prometheus prometheus-alertmanager) >/tmp/klankbord-prometheus.log 2>&1 && exit 0
    tail -5 /tmp/klankbord-prometheus.log >&2
fi
echo "Prometheus and Alertmanager are missing and could not be installed here; on Debian: sudo apt-get install prometheus prometheus-alertmanager" >&2
exit 1
