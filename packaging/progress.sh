# Sourced by the scripts: steps that take long show that they are alive.
# step TITLE COMMAND... runs COMMAND with its output in $STEP_LOG; on failure the end of it is shown.
: "${STEP_LOG:=$(mktemp /tmp/offhook-step.XXXXXX)}"

step() {
  local title=$1 pid start dots=0 status=0
  shift
  start=$SECONDS
  printf '%s ' "$title"
  "$@" >"$STEP_LOG" 2>&1 </dev/null &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    dots=$((dots + 1))
    if [ $((dots % 10)) -eq 0 ]; then printf '.'; fi
  done
  wait "$pid" || status=$?
  if [ "$status" -ne 0 ]; then
    printf ' failed after %d s\n\n' $((SECONDS - start))
    tail -n 40 "$STEP_LOG" >&2
    return "$status"
  fi
  printf ' done (%d s)\n' $((SECONDS - start))
}
