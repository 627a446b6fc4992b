#!/bin/bash
# Installs the MCP servers that package-lock.json pins into FOLDER, unless they are there.
#   install.sh FOLDER
# 77: there is no Node.js, or no registry can be reached; the last line says which.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
sum=$(cat "$here"/*.json "$here"/*.?js | sha256sum)

if [ "$(cat "$folder/installed" 2>/dev/null)" = "$sum" ]; then exit 0; fi
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  echo "nodejs and npm are not installed"
  exit 77
fi
mkdir -p "$folder"
# Two tests may want them at the same time.
exec 9>"$folder/lock"
flock 9
if [ "$(cat "$folder/installed" 2>/dev/null)" = "$sum" ]; then exit 0; fi
rm -rf "$folder/node_modules"
cp "$here"/*.json "$here"/*.?js "$folder/"
# Whom the machine trusts: Node.js has a list of its own.
trusted=/etc/ssl/certs/ca-certificates.crt
if [ -z "${NODE_EXTRA_CA_CERTS:-}" ] && [ -r "$trusted" ]; then export NODE_EXTRA_CA_CERTS=$trusted; fi
# What packages want to run at their installation is not run: none of these needs it.
if npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --no-update-notifier \
  --fetch-retries 1 --fetch-timeout 60000 >"$folder/log" 2>&1; then
  echo "$sum" >"$folder/installed"
  exit 0
fi
tail -n 15 "$folder/log"
if grep -qE 'ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|network' \
  "$folder/log"; then
  echo "the npm registry can't be reached"
  exit 77
fi
# A proxy that looks into what passes, whose authority nobody has told this machine of.
if grep -qE 'SELF_SIGNED_CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER' "$folder/log"; then
  echo "the npm registry can't be reached: its certificate is not trusted"
  exit 77
fi
exit 1
