#!/bin/bash
# As the real image's: another command is run as it is; settings come from variables with a dot in their name.
set -e
umask 0002
if [[ "$1" != "eswrapper" ]]; then
  exec "$@"
fi
options=()
while IFS='=' read -r name value; do
  if [[ "$name" =~ ^[a-z0-9_]+\.[a-z0-9_]+ && -n "$value" ]]; then
    options+=("-E$name=$value")
  fi
done < <(env)
exec /usr/share/elasticsearch/bin/elasticsearch "${options[@]}"
