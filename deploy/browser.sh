#!/bin/sh
# The page's tests need a Chromium. On Debian as root it is installed; elsewhere one sentence says what to do.
set -eu
if command -v chromium >/dev/null 2>&1; then exit 0; fi
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
    echo "Installing Chromium for the tests of the page: about 100 MB, half a minute."
    (apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends chromium fonts-dejavu-core fonts-noto-color-emoji) >/tmp/klankbord-chromium.log 2>&1 && exit 0
    tail -5 /tmp/klankbord-chromium.log >&2
fi
echo "The tests of the page need Chromium and it could not be installed here. Install it, then run make test again; on Debian: sudo apt-get install chromium" >&2
exit 1
