#!/bin/bash
# Proves the Debian packages of this tree on a bare Debian 12 that is booted for it, and leaves nothing behind.
#   packaging/check-packages.sh [FOLDER]    the packages of FOLDER; without it packaging/build-deb.sh makes them
# As root. KEEP=1 leaves the room, and says where it is.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
. "$here/progress.sh"
. "$here/check/room.sh"

[ "$(id -u)" -eq 0 ] || { echo "$0: as root, please: it makes a system of its own" >&2; exit 2; }
work=$(mktemp -d /var/tmp/offhook-check.XXXXXX)
room=$work/room

leave() {
  step_stop
  room_leave
  if [ -n "${KEEP:-}" ]; then
    echo "kept: $work"
  else
    rm -rf --one-file-system "$work"
  fi
}
trap leave EXIT

# The folder of packages to prove, as the argument names it.
choose_packages() {
  "$here/install-packages.sh" package
  debs=${1:-$work/debs}
  if [ -z "${1:-}" ]; then "$here/build-deb.sh" "$debs"; fi
  if [ -z "$(find "$debs" -name 'offhook_*.deb')" ]; then
    echo "$0: $debs: expected a folder with the packages that packaging/build-deb.sh makes" >&2
    return 2
  fi
}

# What our packages need of others, so that they themselves are installed, upgraded and purged without a network.
list_dependencies() {
  local deb field
  for deb in "$1"/*.deb; do
    for field in Pre-Depends Depends Recommends; do
      dpkg-deb -f "$deb" "$field" | tr ',' '\n'
    done
  done | sed 's/^ *//; s/ *$//' | grep -v -e offhook -e '^$' | sort -u | paste -sd,
}

prepare_room() {
  room_prepare apt-get -q update
  # shellcheck disable=SC2046
  room_prepare apt-get -q install -y --no-install-recommends \
    $(awk '$1 == "room" {print $2}' "$here/packages.txt")
  room_prepare apt-get -q satisfy -y --no-install-recommends "$(list_dependencies "$debs")"
}

fill_room() {
  mkdir -p "$room/check/debs"
  find "$debs" -name '*.deb' ! -name '*-dbgsym_*' -exec cp {} "$room/check/debs" \;
  cp "$here/check/inside.sh" "$here/../tests/integration/outside-plugins.py" "$room/check/"
}

# The same packages with a later version: what an upgrade is tried with.
make_newer() {
  local deb tree version
  version=$(dpkg-deb -f "$(find "$room/check/debs" -name 'offhook_*.deb')" Version)
  mkdir -p "$room/check/newer"
  for deb in "$room"/check/debs/*.deb; do
    tree=$(mktemp -d "$work/newer.XXXXXX")
    dpkg-deb -R "$deb" "$tree"
    sed -i "s/${version//./\\.}/$version+check/g" "$tree/DEBIAN/control"
    dpkg-deb -Znone -b "$tree" "$room/check/newer"
    rm -rf "$tree"
  done
}

# What the room says is shown as it comes.
inside() {
  local start=$SECONDS
  echo "$2"
  room_run bash /check/inside.sh "$1"
  echo "  ($((SECONDS - start)) s)"
}

check() {
  choose_packages "$@"
  step "A bare Debian 12" room_make_base
  step "A copy of it" room_make
  step "What the packages need of others" prepare_room
  step "The packages" fill_room
  step "The same, newer" make_newer
  room_boot
  inside before "Before:"
  inside install "Installed:"
  inside files "Files:"
  inside sandbox "The service:"
  inside call "A call:"
  inside driver "A driver from the template, with the installed SDK alone:"
  inside upgrade "An upgrade, with calls:"
  inside remove "Removed:"
  inside purge "Purged:"
  echo "All is well."
}

# On one line: bash reads a script while it runs it, and this one may be changed meanwhile.
check "$@"; exit
