#!/bin/bash
# Installs the Debian packages of the groups named, from packaging/packages.txt.
#   packaging/install-packages.sh build run [test]
# What is there already is left alone; without root it only says what is missing.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/progress.sh"

missing=()
for group in "$@"; do
  while read -r name; do
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
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
