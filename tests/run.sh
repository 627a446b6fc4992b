#!/bin/bash
# Installs what the tests need, builds, and runs them: plain, then under AddressSanitizer and
# UndefinedBehaviorSanitizer. tsan runs those where core's threads meet under ThreadSanitizer; since GLib
# is not built for it, a report can be about GLib's own locks, so it is asked for by name.
#   tests/run.sh [plain] [asan] [tsan]       plain and asan without an argument
# Whether a conversation in real time succeeds on a machine that is not ours alone is partly luck: a few programs that
# fail are run once more, one at a time, and what passes then is named, but passes.
# Ends with the line "N passed, N failed[, N skipped]", counted from meson's test logs.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/packaging/progress.sh"
build=${OFFHOOK_TEST_BUILD_DIR:-$root/build-tests}
kinds=("$@")
[ ${#kinds[@]} -gt 0 ] || kinds=(plain asan)

"$root/packaging/install-packages.sh" build run test || exit 1

# With a precompiled header it takes two thirds of the time to compile, but ccache keeps nothing of it.
pch=true
if command -v ccache >/dev/null; then pch=false; fi

options=()
choose_options() { # KIND
  case $1 in
    plain) options=() ;;
    # The optimizer would take half of the time; of what is for debuggers a stack needs the lines alone.
    asan) options=(-Db_sanitize=address,undefined -Db_lundef=false -Doptimization=1 -Dc_args=-g1) ;;
    tsan) options=(-Db_sanitize=thread -Db_lundef=false) ;;
    *) echo "tests/run.sh: unknown kind \"$1\", expected plain, asan or tsan" >&2; return 2 ;;
  esac
}

setup() { # KIND
  local dir=$build/$1
  choose_options "$1"
  if [ ! -f "$dir/build.ninja" ]; then
    step "Configuring $dir" meson setup "$dir" "$root" "-Dprecompiled-header=$pch" "${options[@]}" || return 1
  fi
  step "Building $dir" ninja -C "$dir"
}

# While the tests of one kind run, the next is built, of what they leave of the processors: most of them wait
# for a conversation to be spoken.
ahead= # the process that does
begin_ahead() { # KIND
  (
    renice -n 19 "$BASHPID" >/dev/null
    trap step_stop EXIT
    setup "$1"
  ) >"$build/ahead.log" 2>&1 &
  ahead=$!
}
end_ahead() {
  local status=0
  # What it has said so far, and what it says until it ends.
  tail -n +1 --follow --pid="$ahead" "$build/ahead.log"
  wait "$ahead" || status=$?
  ahead=
  return "$status"
}

# Databases flush what they write, over and over. Where there is room it is in memory, and takes no time.
free_in_memory=$(df --output=avail --block-size=1G /dev/shm 2>/dev/null | tail -1) || free_in_memory=0
if [ "${free_in_memory:-0}" -ge 4 ] && [ -z "${TMPDIR:-}" ]; then export TMPDIR=/dev/shm; fi

logs=()
failed=0
run() { # KIND
  local dir=$build/$1 how
  case $1 in
    # More at a time than there are processors: most of them wait for a conversation to be spoken.
    plain) how=(--num-processes $(($(nproc) * 10)) --timeout-multiplier 2) ;;
    # Here speech takes three times the work: with more at a time, all would take as long, and sound comes late.
    asan) how=(--num-processes $(($(nproc) * 4)) --timeout-multiplier 4) ;;
    tsan) how=(--timeout-multiplier 4 --suite threads) ;;
  esac
  meson test -C "$dir" --no-rebuild --print-errorlogs "${how[@]}" </dev/null || run_alone "$dir"
}

# More than this is no luck.
most_alone=8
run_alone() { # DIRECTORY
  local names
  mapfile -t names < <(python3 "$root/tests/count.py" --failed "$1/meson-logs/testlog.json")
  if [ ${#names[@]} -eq 0 ] || [ ${#names[@]} -gt $most_alone ]; then
    failed=1
    return
  fi
  echo "Once more, one at a time: ${names[*]}"
  meson test -C "$1" --no-rebuild --print-errorlogs --logbase testlog-alone --num-processes 1 --timeout-multiplier 4 \
    "${names[@]}" </dev/null
}

trap '[ -z "$ahead" ] || kill "$ahead"; step_stop' EXIT
for kind in "${kinds[@]}"; do choose_options "$kind" || exit 2; done
mkdir -p "$build"
for at in "${!kinds[@]}"; do
  next=${kinds[at + 1]:-}
  if [ -n "$ahead" ]; then end_ahead; else setup "${kinds[at]}"; fi
  built=$?
  if [ -n "$next" ]; then begin_ahead "$next"; fi
  # What could not be built has no log, which is counted as a failure.
  logs+=("$build/${kinds[at]}/meson-logs/testlog.json")
  rm -f "${logs[-1]}" "${logs[-1]%.json}-alone.json"
  if [ "$built" -eq 0 ]; then run "${kinds[at]}"; fi
done

python3 "$root/tests/count.py" "${logs[@]}" || failed=1
exit "$failed"
