#!/bin/bash
# Builds the Debian packages of this tree.
#   packaging/build-deb.sh [FOLDER]     default: build-deb/; they are put there, and nothing else
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/packaging/progress.sh"
out=${1:-$root/build-deb}

work=$(mktemp -d)
trap 'step_stop; rm -rf "$work"' EXIT

"$root/packaging/install-packages.sh" build package

version=$(dpkg-parsechangelog -l "$root/packaging/debian/changelog" -S Version)
source=$work/offhook-${version%-*}
mkdir -p "$source" "$out"
# What is built is what is in the tree, without what builds have left there.
tar -C "$root" --exclude=./.git --exclude='./build*' -cf - . | tar -C "$source" -xf -
cp -a "$root/packaging/debian" "$source/debian"

export DEB_BUILD_OPTIONS="${DEB_BUILD_OPTIONS:-} parallel=$(nproc)"
step "Building the packages" bash -c 'cd "$1" && dpkg-buildpackage -b -us -uc' - "$source"
cp "$work"/*.deb "$work"/*.changes "$work"/*.buildinfo "$out"
# What is right although lintian asks is in debian/*.lintian-overrides, with the reason.
step "Checking them with lintian" lintian --fail-on error,warning "$work"/*.changes
ls "$out"/*.deb
