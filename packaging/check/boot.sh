#!/bin/bash
# Becomes the room's first process. room.sh runs it in namespaces of its own.
set -euo pipefail
room=$1

mount --make-rprivate /
mount --bind "$room" "$room"
cd "$room"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs dev
for node in null zero full random urandom tty; do
  : >"dev/$node"
  mount --bind "/dev/$node" "dev/$node"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin
ln -s fd/1 dev/stdout
ln -s fd/2 dev/stderr
mount -t tmpfs -o mode=755 tmpfs run
mkdir -p run/old
pivot_root . run/old
umount -l /run/old
rmdir /run/old
# systemd sees by this that it is in no machine of its own.
exec env -i container=offhook-room PATH=/usr/sbin:/usr/bin:/sbin:/bin /sbin/init
