#!/bin/bash
# What check-packages.sh does inside of the room, as root: inside.sh STEP. Each says what it found; a step that finds
# something wrong says so and fails.
set -euo pipefail

AUTH_TOKEN=12ab34cd56ef78900987fe65dc43ba21
URL=http://127.0.0.1:3000
KEPT=/run/check

fail() {
  echo "  WRONG: $*" >&2
  exit 1
}

say() { echo "  $*"; }

# expect WHAT WANTED GOT
expect() {
  [ "$2" = "$3" ] || fail "$1: expected \"$2\", got \"$3\""
  say "$1: $3"
}

main_pid() { systemctl show offhookd -p MainPID --value; }

# wait_until WHAT COMMAND...
wait_until() {
  local what=$1
  shift
  for _ in $(seq 300); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.1
  done
  journalctl -u offhookd --no-pager | tail -n 40 >&2
  fail "$what: not within 30 s"
}

is_serving() { systemctl is-active offhookd && curl -fsS "$URL/health"; }

token() { cat /var/lib/offhook/api-token; }
ask() { curl -fsS -H "Authorization: Bearer $(token)" "$URL$1"; }

# All files that are no packages' bookkeeping, caches or logs, and all users and groups.
list_system() {
  find / -xdev \( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp -o -path /var/tmp -o -path /check \
    -o -path /var/cache -o -path /var/log -o -path /var/lib/apt -o -path /var/lib/dpkg -o -path /root \) -prune \
    -o -printf '%p %M %u %g\n' | sort
  cut -d: -f1 /etc/passwd | sed 's/^/user /'
  cut -d: -f1 /etc/group | sed 's/^/group /'
}

step_before() {
  mkdir -p "$KEPT"
  # What the next run of these changes by itself is none of ours.
  systemctl daemon-reload
  list_system >"$KEPT/before"
  say "$(wc -l <"$KEPT/before") files, users and groups"
}

step_install() {
  apt-get -q install -y --no-install-recommends /check/debs/*.deb >"$KEPT/install.log" 2>&1 ||
    { cat "$KEPT/install.log" >&2; fail "apt-get install"; }
  wait_until "the service" is_serving
  expect "packages" "$(ls /check/debs/*.deb | wc -l)" "$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' '*offhook*' |
    grep -c '^installed')"
  expect "enabled" enabled "$(systemctl is-enabled offhookd)"
  expect "dpkg --audit" "" "$(dpkg --audit)"
  expect "dpkg --verify" "" "$(dpkg --verify $(dpkg-query -W -f '${Package}\n' '*offhook*'))"
}

step_files() {
  local wanted path
  while read -r wanted path; do
    expect "$path" "$wanted" "$(stat -c %a:%U:%G "$path")"
  done <<'LIST'
750:root:offhook /etc/offhook
640:root:offhook /etc/offhook/offhookd.conf
750:offhook:offhook /var/lib/offhook
600:offhook:offhook /var/lib/offhook/api-token
755:root:root /usr/sbin/offhookd
755:root:root /usr/bin/offhook
644:root:root /lib/systemd/system/offhookd.service
644:root:root /usr/share/man/man8/offhookd.8.gz
LIST
  expect "files of our packages that others may write" "" "$(dpkg -L $(dpkg-query -W -f '${Package}\n' '*offhook*') |
    grep '^/' | xargs -d '\n' stat -c '%A %n' | grep '^[^l].......w' || true)"
  expect "shell of the user" /usr/sbin/nologin "$(getent passwd offhook | cut -d: -f7)"
}

status_of() { sed -n "s/^$1:[[:space:]]*//p" "/proc/$(main_pid)/status"; }

# in_service COMMAND...: with the eyes of the service
in_service() { nsenter --target "$(main_pid)" --mount "$@"; }

step_sandbox() {
  local exposure path
  expect "user" offhook "$(stat -c %U "/proc/$(main_pid)")"
  expect "new privileges" 1 "$(status_of NoNewPrivs)"
  expect "system calls are filtered" 2 "$(status_of Seccomp)"
  expect "capabilities" 0000000000000000 "$(status_of CapBnd)"
  [ "$(readlink "/proc/$(main_pid)/ns/user")" != "$(readlink /proc/1/ns/user)" ] || fail "no user namespace of its own"
  say "a user namespace of its own"
  for path in /usr/bin /etc /var; do
    if in_service touch "$path/.check" 2>/dev/null; then fail "$path can be written"; fi
  done
  if in_service setpriv --reuid=offhook --regid=offhook --clear-groups touch /etc/offhook/.check 2>/dev/null; then
    fail "/etc/offhook can be written"
  fi
  in_service touch /var/lib/offhook/.check || fail "/var/lib/offhook can't be written"
  rm /var/lib/offhook/.check
  say "/usr, /etc and /var are read-only, /var/lib/offhook is not"
  expect "block devices and memory that it sees" "" "$(in_service find /dev -type b -o -name 'mem')"
  exposure=$(systemd-analyze security offhookd --no-pager | sed -n 's/.*exposure level for offhookd.service: \([0-9.]*\).*/\1/p')
  say "systemd-analyze security: $exposure"
  awk -v e="$exposure" 'BEGIN {exit !(e != "" && e <= 2.0)}' || fail "that is more than 2.0"
}

# talk NAME ARGUMENTS...: a call whose caller talks; the emulator's words go to a file
talk() {
  local name=$1
  shift
  offhook emulate twilio --to "$URL" --auth-token "$AUTH_TOKEN" --greeting-timeout 30 --answer-timeout 30 "$@" \
    >"$KEPT/$name.log" 2>&1
}

newest_calls() { ask "/voice/calls?limit=$1"; }

step_call() {
  install -m 0640 -o root -g offhook /dev/null /etc/offhook/twilio-token
  echo "$AUTH_TOKEN" >/etc/offhook/twilio-token
  install -d -m 0750 -o root -g offhook /etc/offhook/conf.d
  install -m 0640 -o root -g offhook /dev/null /etc/offhook/conf.d/check.conf
  cat >/etc/offhook/conf.d/check.conf <<'CONF'
[driver:twilio]
auth-token-file=/etc/offhook/twilio-token
[assistant:reception]
driver=twilio
agents=dialog
stt=pocketsphinx
tts=flite
greeting=Hello, how can I help you?
CONF
  systemctl reload offhookd
  talk call --say "what are your opening hours" --say "goodbye" --expect heard ||
    { cat "$KEPT/call.log" >&2; journalctl -u offhookd --no-pager | tail -n 30 >&2; fail "the emulated call"; }
  wait_until "the call's end" grep_calls '"status"[^,]*"completed"'
  offhook calls | sed 's/^/  /'
  offhook show "$(offhook calls --limit 1 --json | sed -n 's/.*"call_id" : "\([^"]*\)".*/\1/p' | head -n 1)" --json >"$KEPT/shown.json"
  grep -q '"role" : "user"' "$KEPT/shown.json" ||
    { cat "$KEPT/shown.json" "$KEPT/call.log" >&2; fail "nothing was understood"; }
  say "the call is written down, with what was understood"
}

grep_calls() { newest_calls 1 | grep -E "$1"; }

step_driver() {
  local folder=/tmp/plugins/yours
  mkdir -p /tmp/plugins
  (cd /tmp/plugins && offhook new driver yours) >"$KEPT/driver.log" 2>&1 || { cat "$KEPT/driver.log" >&2; fail "offhook new"; }
  (cd "$folder" && meson setup build && meson compile -C build && meson test -C build --print-errorlogs) >"$KEPT/driver.log" 2>&1 ||
    { cat "$KEPT/driver.log" >&2; fail "a driver from the template"; }
  (cd "$folder" && offhook conform --with yours.conform build/driver-yours.so) >"$KEPT/conform.log" 2>&1 ||
    { cat "$KEPT/conform.log" >&2; fail "offhook conform"; }
  say "made by offhook new, built, tested, and conforms: $(tail -n 1 "$KEPT/conform.log")"
  # Dropped in, without a restart.
  install -D -m 0644 "$folder/build/driver-yours.so" /usr/local/lib/offhook-1/drivers/driver-yours.so
  wait_until "the driver to be loaded" sh -c "offhook plugins | grep yours"
  cat >>/etc/offhook/conf.d/check.conf <<'CONF'
[driver:yours]
api-key=yours-key
phone-number=+15550100002
[assistant:line]
driver=yours
agents=dialog
tts=flite
greeting=Hello from outside.
CONF
  systemctl reload offhookd
  python3 /check/outside-plugins.py --call "$URL" "$(token)" | sed 's/^/  /' || fail "a call through the driver"
  say "taken without a restart, process $(main_pid)"
}

has_new_process() { [ "$(main_pid)" != "$1" ]; }
has_ended() { ! kill -0 "$1"; }

# A call is in progress while newer packages are installed, and ends when its caller has said all; the new version takes a
# call meanwhile. The agent is one that is never done.
step_upgrade() {
  local old new caller
  sed -i '/^\[assistant:reception\]/,/^\[/s/^agents=.*/agents=echo/' /etc/offhook/conf.d/check.conf
  systemctl reload offhookd
  old=$(main_pid)
  talk old --from +15550100011 --greeting-timeout 0 --say "good morning" --wait 60 --say "goodbye" --expect heard &
  caller=$!
  wait_until "the call to begin" grep_calls '"in-progress"'
  dpkg -i /check/newer/*.deb >"$KEPT/upgrade.log" 2>&1 || { cat "$KEPT/upgrade.log" >&2; fail "dpkg -i"; }
  wait_until "the new process" has_new_process "$old"
  new=$(main_pid)
  expect "version" "$(dpkg-deb -f /check/newer/offhook_*.deb Version)" "$(dpkg-query -W -f '${Version}' offhook)"
  expect "program of the old process $old" "/usr/sbin/offhookd (deleted)" "$(readlink "/proc/$old/exe")"
  expect "program of the new process $new" /usr/sbin/offhookd "$(readlink "/proc/$new/exe")"
  talk new --from +15550100012 --greeting-timeout 0 --say "good morning" --expect heard ||
    { cat "$KEPT/new.log" >&2; fail "a call to the new process"; }
  kill -0 "$caller" "$old" || fail "the old process's call has ended too soon"
  say "a new call was had, and the old one goes on"
  wait "$caller" || { cat "$KEPT/old.log" >&2; fail "the old process's call"; }
  wait_until "the old process to end" has_ended "$old"
  offhook calls --limit 2 | sed 's/^/  /'
  expect "calls of these two that are completed" 2 "$(offhook calls --limit 2 | grep -c ' completed ')"
  expect "the service, which was restarted so often" "active 0" \
    "$(systemctl is-active offhookd) $(systemctl show offhookd -p NRestarts --value)"
}

step_remove() {
  rm -rf /tmp/plugins /usr/local/lib/offhook-1
  apt-get -q remove -y '*offhook*' >"$KEPT/remove.log" 2>&1 || { cat "$KEPT/remove.log" >&2; fail "apt-get remove"; }
  expect "the service" inactive "$(systemctl is-active offhookd || true)"
  [ -f /etc/offhook/offhookd.conf ] && [ -f /var/lib/offhook/offhook.db ] ||
    fail "remove has taken the configuration or the calls with it"
  say "configuration and calls are kept"
}

step_purge() {
  dpkg --purge $(dpkg-query -W -f '${db:Status-Status} ${Package}\n' '*offhook*' | sed -n 's/^config-files //p') \
    >"$KEPT/purge.log" 2>&1 || { cat "$KEPT/purge.log" >&2; fail "dpkg --purge"; }
  systemctl daemon-reload
  list_system >"$KEPT/after"
  if ! diff "$KEPT/before" "$KEPT/after"; then fail "this has changed"; fi
  say "nothing is left: $(wc -l <"$KEPT/after") files, users and groups, as before"
}

"step_$1"
