# Sourced by check-packages.sh: a bare Debian 12 of its own, booted with systemd as its first process.
#
# It is made of namespaces (processes, mounts, network, control groups), as a container is, so that nothing but
# bash, util-linux and debootstrap is needed; it has a network of its own, with nothing but loopback in it.

ROOM_CACHE=${OFFHOOK_ROOM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/offhook}

# The system as debootstrap leaves it, kept for the next time.
room_make_base() {
  local base=$ROOM_CACHE/bookworm.tar made=$room.base
  [ ! -f "$base" ] || return 0
  mkdir -p "$ROOM_CACHE"
  debootstrap --variant=minbase --include=ca-certificates bookworm "$made" ${OFFHOOK_MIRROR:+"$OFFHOOK_MIRROR"}
  tar -C "$made" -cf "$base.part" .
  mv "$base.part" "$base"
  rm -rf --one-file-system "$made"
}

# In the folder $room. Packages come from where this machine's come from.
room_make() {
  mkdir -p "$room"
  tar -C "$room" -xf "$ROOM_CACHE/bookworm.tar"
  chmod 755 "$room"
  rm -rf "$room/etc/apt"
  cp -a /etc/apt "$room/etc/apt"
  cp -a /usr/share/keyrings/. "$room/usr/share/keyrings/"
  mkdir -p "$room/usr/local/share/ca-certificates"
  [ ! -d /usr/local/share/ca-certificates ] ||
    cp -a /usr/local/share/ca-certificates/. "$room/usr/local/share/ca-certificates/"
  cp -L /etc/resolv.conf /etc/hosts "$room/etc/"
  # Nobody needs it after a power cut.
  echo force-unsafe-io >"$room/etc/dpkg/dpkg.cfg.d/room"
  # No service starts before the system has booted.
  printf '#!/bin/sh\nexit 101\n' >"$room/usr/sbin/policy-rc.d"
  chmod 755 "$room/usr/sbin/policy-rc.d"
}

# room_prepare COMMAND...: runs it in the room before it is booted, with the network of this machine.
room_prepare() {
  local proxies
  mapfile -t proxies < <(env | grep -iE '^(https?|no)_proxy=' || true)
  unshare --mount --pid --fork --kill-child bash -c '
    mount --make-rprivate /
    mount -t proc proc "$0/proc"
    mount --rbind /dev "$0/dev"
    exec chroot "$0" "$@"' "$room" env -i \
    PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "${proxies[@]}" "$@"
}

room_boot() {
  local i
  rm -f "$room/usr/sbin/policy-rc.d"
  unshare --mount --pid --net --uts --ipc --cgroup --fork --kill-child \
    bash "$(dirname "${BASH_SOURCE[0]}")/boot.sh" "$room" >"$room.console" 2>&1 &
  room_pid=$!
  for i in $(seq 300); do
    kill -0 "$room_pid" 2>/dev/null || {
      cat "$room.console" >&2
      return 1
    }
    room_init=$(cat "/proc/$room_pid/task/$room_pid/children" 2>/dev/null || true)
    room_init=${room_init%% *}
    case $(room_run systemctl is-system-running 2>/dev/null || true) in
      running | degraded) return 0 ;;
    esac
    sleep 0.2
  done
  echo "the room does not come up" >&2
  return 1
}

# room_run COMMAND...: runs it in the booted room, as root.
room_run() {
  [ -n "${room_init:-}" ] || return 1
  nsenter --target "$room_init" --mount --pid --net --uts --ipc --cgroup env -i \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
    DEBIAN_FRONTEND=noninteractive "$@"
}

room_leave() {
  if [ -n "${room_pid:-}" ]; then
    kill -KILL "$room_pid" 2>/dev/null || true
    wait "$room_pid" 2>/dev/null || true
    room_pid=
  fi
}
