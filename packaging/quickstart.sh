#!/bin/bash
# From a fresh Debian 12 to a phone call with the sample assistant: installs what is needed, builds,
# starts the server on its built-in defaults and places an emulated call.
#   packaging/quickstart.sh [--keep] [--driver NAME]
# --keep leaves the server running and says what to try next. --driver says whose emulator calls: twilio
# (as if nothing was said) or vonage.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/packaging/progress.sh"

keep=no
driver=twilio
usage() {
  sed -n '2,6s/^# \{0,1\}//p' "$0"
  exit 2
}
while [ $# -gt 0 ]; do
  case $1 in
    --keep) keep=yes ;;
    --driver)
      [ $# -ge 2 ] || usage
      driver=$2
      shift
      ;;
    *) usage ;;
  esac
  shift
done
case $driver in
  twilio | vonage) ;;
  *) usage ;;
esac

build=${OFFHOOK_BUILD_DIR:-$root/build}
state=$build/quickstart
offhook=$build/core/offhook
server=

finish() {
  local status=$?
  if [ -n "$server" ] && { [ "$keep" = no ] || [ "$status" -ne 0 ]; }; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  if [ "$status" -ne 0 ] && [ -f "$state/server.log" ]; then
    echo "The end of the server's log ($state/server.log):" >&2
    tail -n 20 "$state/server.log" >&2
  fi
  step_stop
}
trap finish EXIT

"$root/packaging/install-packages.sh" build run

if [ ! -f "$build/build.ninja" ]; then
  step "Configuring the build" meson setup "$build" "$root" --buildtype=release -Ddebug=true -Dtests=false
fi
step "Building" ninja -C "$build"

# The built-in defaults, with their state in the build directory and any free port. The secrets are the
# ones that the emulator signs its webhooks with, as the provider would.
rm -rf "$state"
mkdir -p "$state"
export STATE_DIRECTORY=$state
make_secret() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }
make_key() { openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$1"; chmod 600 "$1"; }
find_port() {
  local port=3100
  while (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do port=$((port + 1)); done
  echo "$port"
}
emulate=
case $driver in
  twilio)
    TWILIO_AUTH_TOKEN=$(make_secret)
    export TWILIO_AUTH_TOKEN
    account="TWILIO_AUTH_TOKEN=$TWILIO_AUTH_TOKEN"
    ;;
  vonage)
    VONAGE_APPLICATION_ID=aaaaaaaa-bbbb-cccc-dddd-0123456789ab
    VONAGE_API_KEY=a1b2c3d4
    VONAGE_API_SECRET=$(make_secret)
    VONAGE_SIGNATURE_SECRET=$(make_secret)
    VONAGE_PRIVATE_KEY=$state/vonage.pem
    VONAGE_PRIVATE_KEY_FILE=$VONAGE_PRIVATE_KEY # the emulator's
    VONAGE_API_URL=http://127.0.0.1:$(find_port)
    emulate="--api-port ${VONAGE_API_URL##*:}"
    account="VONAGE_APPLICATION_ID=$VONAGE_APPLICATION_ID VONAGE_API_KEY=$VONAGE_API_KEY \\
    VONAGE_API_SECRET=$VONAGE_API_SECRET VONAGE_SIGNATURE_SECRET=$VONAGE_SIGNATURE_SECRET \\
    VONAGE_PRIVATE_KEY_FILE=$VONAGE_PRIVATE_KEY_FILE"
    export VONAGE_APPLICATION_ID VONAGE_API_KEY VONAGE_API_SECRET VONAGE_SIGNATURE_SECRET \
      VONAGE_PRIVATE_KEY VONAGE_PRIVATE_KEY_FILE VONAGE_API_URL
    step "Making the application's key" make_key "$VONAGE_PRIVATE_KEY"
    ;;
esac
if [ -z "${PORT:-}" ]; then
  PORT=3000
  if (exec 3<>/dev/tcp/127.0.0.1/3000) 2>/dev/null; then PORT=0; fi
fi
export PORT
"$build/core/offhookd" >"$state/server.log" 2>&1 &
server=$!

wait_for_server() {
  local i
  for i in $(seq 100); do
    kill -0 "$server" 2>/dev/null || return 1
    if [ -s "$state/url" ] && "$offhook" status >/dev/null 2>&1; then return 0; fi
    sleep 0.1
  done
  return 1
}
step "Starting the server" wait_for_server
url=$(cat "$state/url")

cat <<TEXT

The server listens on $url. A caller rings (the emulator plays the part of $driver;
the caller's voice is flite's "rms", the agent's is "slt"). This is what both say, live:

TEXT
"$offhook" tail --once &
tail=$!
status=0
"$offhook" emulate "$driver" --to "$url" $emulate --expect heard --expect hangup \
  --say "what are your opening hours" \
  --say "can i book a table for four people on friday at eight o'clock" \
  --say "yes please" \
  --say "goodbye" \
  --heard "$state/heard-by-caller.wav" --log "$state/emulator.jsonl" \
  >"$state/emulator.log" 2>&1 || status=$?
wait "$tail" || true

call=$("$offhook" calls --limit 1 --json | sed -n 's/.*"call_id" : "\([^"]*\)".*/\1/p' | head -n 1)
"$offhook" show "$call" --json >"$state/call.json"
understood=$(grep -c '"role" : "user"' "$state/call.json" || true)
echo
if [ "$status" -ne 0 ] || [ "$understood" -lt 3 ]; then
  echo "The call did not go as it should: $understood turns were understood." >&2
  cat "$state/emulator.log" >&2
  exit 1
fi

cat <<TEXT
$understood turns were understood and answered.

  recording   $state/recordings/$call.wav (left: caller, right: agent)
  transcript  $state/call.json (while the server runs: $offhook show $call)
  database    $state/offhook.db
  API         $url, token in $state/api-token
TEXT
if [ "$keep" = no ]; then
  echo
  echo "The server stops now. packaging/quickstart.sh --keep leaves it running and says what to try next."
  exit 0
fi
disown "$server"
cat <<TEXT

The server keeps running (process $server; stop it with: kill $server). Try:

  export STATE_DIRECTORY=$state $account TOKEN=\$(cat $state/api-token)
  curl -s $url/health
  curl -s -H "Authorization: Bearer \$TOKEN" $url/voice/calls
  curl -s -H "Authorization: Bearer \$TOKEN" $url/voice/calls/$call/status
  curl -s -H "Authorization: Bearer \$TOKEN" -o call.wav $url/voice/calls/$call/recording
  $offhook tail
  $offhook emulate $driver --to $url${emulate:+ $emulate} --say "where is the restaurant" --say "goodbye"
TEXT
