#!/bin/bash
# Builds the RPM packages of this tree.
#   packaging/build-rpm.sh [FOLDER]     default: build-rpm/; they are put there, and nothing else
# On Debian what they need of others can't be looked up among RPM packages: packages.txt is asked instead.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/packaging/progress.sh"
out=${1:-$root/build-rpm}

work=$(mktemp -d)
trap 'step_stop; rm -rf "$work"' EXIT

look_up=()
if command -v dpkg >/dev/null; then
  "$root/packaging/install-packages.sh" build rpm
  look_up=(--nodeps)
fi

version=$(sed -n "s/^ *version: '\([^']*\)'.*/\1/p" "$root/meson.build" | head -n 1)
mkdir -p "$work/SOURCES" "$out"
# What is built is what is in the tree, without what builds have left there.
tar -C "$root" --exclude=./.git --exclude='./build*' --transform "s,^\.,offhook-$version," \
  -czf "$work/SOURCES/offhook-$version.tar.gz" .
step "Building the packages" rpmbuild -bb "${look_up[@]}" --define "_topdir $work" \
  --define "offhook_version $version" "$root/packaging/rpm/offhook.spec"
find "$work/RPMS" -name '*.rpm' -exec cp {} "$out" \;
ls "$out"/*.rpm
