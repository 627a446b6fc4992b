#!/bin/bash
# Installs what the tests need, builds, and runs them: plain, then under AddressSanitizer and
# UndefinedBehaviorSanitizer. tsan runs those where core's threads meet under ThreadSanitizer; since GLib
# is not built for it, a report can be about GLib's own locks, so it is asked for by name.
#   tests/run.sh [plain] [asan] [tsan]       plain and asan without an argument
# Ends with the line "N passed, N failed[, N skipped]", counted from meson's test logs.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/packaging/progress.sh"
build=${OFFHOOK_TEST_BUILD_DIR:-$root/build-tests}
kinds=("$@")
[ ${#kinds[@]} -gt 0 ] || kinds=(plain asan)

"$root/packaging/install-packages.sh" build run test || exit 1

setup() { # KIND OPTIONS...
  local dir=$build/$1
  shift
  if [ ! -f "$dir/build.ninja" ]; then
    step "Configuring $dir" meson setup "$dir" "$root" "$@" || return 1
  fi
  step "Building $dir" ninja -C "$dir"
}

logs=()
failed=0
run() { # KIND MESON-TEST-OPTIONS...
  local dir=$build/$1
  shift
  logs+=("$dir/meson-logs/testlog.json")
  meson test -C "$dir" --no-rebuild --print-errorlogs "$@" </dev/null || failed=1
}

for kind in "${kinds[@]}"; do
  case $kind in
    # Most of the long ones wait for a conversation to be spoken: more at a time than there are processors.
    plain) setup plain && run plain --num-processes $(($(nproc) * 3)) || failed=1 ;;
    asan)
      setup asan -Db_sanitize=address,undefined -Db_lundef=false &&
        run asan --num-processes $(($(nproc) * 2)) --timeout-multiplier 3 || failed=1 ;;
    tsan)
      setup tsan -Db_sanitize=thread -Db_lundef=false &&
        run tsan --timeout-multiplier 4 --suite threads || failed=1 ;;
    *) echo "tests/run.sh: unknown kind \"$kind\", expected plain, asan or tsan" >&2; exit 2 ;;
  esac
done

python3 "$root/tests/count.py" "${logs[@]}" || failed=1
exit "$failed"
