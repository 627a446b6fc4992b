# Sourced by the scripts: steps that take long show that they are alive.
# step TITLE COMMAND... runs COMMAND; when it fails the end of what it said is shown. Whoever is stopped meanwhile stops
# COMMAND and all that this has started: by the trap below, or step_stop in the script's own.
step_pid=
step_log=

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

step() {
  local title=$1 start dots=0 status=0
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
    dots=$((dots + 1))
    if [ $((dots % 10)) -eq 0 ]; then printf '.'; fi
  done
  wait "$step_pid" || status=$?
  step_pid=
  if [ "$status" -ne 0 ]; then
    printf ' failed after %d s\n\n' $((SECONDS - start))
    tail -n 40 "$step_log" >&2
  else
    printf ' done (%d s)\n' $((SECONDS - start))
  fi
  step_stop
  return "$status"
}
