#!/bin/bash
# Installs the Debian packages of the groups named, from packaging/packages.txt.
#   packaging/install-packages.sh build run [test]
# What is there already is left alone; without root it only says what is missing.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/progress.sh"

# A package may come inside another: npm in the Node.js of its makers.
installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}, ${Provides}\n' |
  sed -n 's/^installed //p' | tr ',' '\n' | sed 's/ (.*//; s/ //g')

missing=()
for group in "$@"; do
  while read -r name; do
    grep -qxF "$name" <<<"$installed" || missing+=("$name")
  done < <(awk -v g="$group" '$1 == g {print $2}' "$here/packages.txt")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" -ne 0 ]; then
  echo "These packages are missing; install them as root:" >&2
  echo "  apt-get install ${missing[*]}" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
step "Reading package lists" apt-get -q update
step "Installing ${#missing[@]} packages" apt-get -q install -y --no-install-recommends "${missing[@]}"
