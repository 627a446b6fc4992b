# Sourced by the scripts: steps that take long show that they are alive.
# step TITLE COMMAND... runs COMMAND; when it fails the end of what it said is shown. Whoever is stopped meanwhile stops
# COMMAND and all that this has started: by the trap below, or step_stop in the script's own.
# What counts its work as ninja does is shown as "12 of 345": in a terminal on the line, elsewhere on one of its own
# each half minute.
step_pid=
step_log=
step_line_every=15 # looks, of which there is one in two seconds

step_stop() {
  local i
  # It is a process group. What does not end in five seconds, such as unshare, which hears nothing but this, is killed.
  if [ -n "$step_pid" ]; then
    kill -TERM -- "-$step_pid" 2>/dev/null || true
    for i in $(seq 50); do
      kill -0 -- "-$step_pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL -- "-$step_pid" 2>/dev/null || true
    wait "$step_pid" 2>/dev/null || true
  fi
  rm -f "$step_log"
  step_pid=
  step_log=
}
trap step_stop EXIT

# "12 of 345", by the last "[12/345]" that a line began with; nothing where there was none lately.
step_count() {
  local said
  said=$(tail -n 20 "$step_log")
  if [[ $'\n'$said =~ .*$'\n'\[([0-9]+)/([0-9]+)\] ]]; then echo "${BASH_REMATCH[1]} of ${BASH_REMATCH[2]}"; fi
}

step_look() { # TITLE LOOKS
  local count
  count=$(step_count)
  if [ -n "$count" ] && [ -t 1 ]; then
    printf '\r%s %s \033[K' "$1" "$count"
  elif [ -n "$count" ] && [ $(($2 % step_line_every)) -eq 0 ]; then
    printf '\n  %s ' "$count"
  else
    printf '.'
  fi
}

step() {
  local title=$1 start ticks=0 status=0
  shift
  start=$SECONDS
  step_log=$(mktemp "${TMPDIR:-/tmp}/offhook-step.XXXXXX")
  printf '%s ' "$title"
  # Job control gives the command a process group of its own.
  set -m
  "$@" >"$step_log" 2>&1 </dev/null &
  step_pid=$!
  set +m
  while kill -0 "$step_pid" 2>/dev/null; do
    sleep 0.2
    ticks=$((ticks + 1))
    if [ $((ticks % 10)) -eq 0 ]; then step_look "$title" $((ticks / 10)); fi
  done
  wait "$step_pid" || status=$?
  step_pid=
  # How far it was is over.
  if [ -t 1 ]; then printf '\r%s ...\033[K' "$title"; fi
  if [ "$status" -ne 0 ]; then
    printf ' failed after %d s\n\n' $((SECONDS - start))
    tail -n 40 "$step_log" >&2
  else
    printf ' done (%d s)\n' $((SECONDS - start))
  fi
  step_stop
  return "$status"
}
