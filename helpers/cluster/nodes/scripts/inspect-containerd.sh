# Which containerd runs this pod, found by the socket that the pod's own shim answers to. Prints `name=value` lines.
set -eu
at=$$ socket=
while [ -z "$socket" ] && [ "$at" -gt 1 ]; do
  at=$(awk '$1 == "PPid:" { print $2 }' "/proc/$at/status")
  socket=$(tr '\0' '\n' <"/proc/$at/cmdline" | awk 'found { print; exit } $0 == "-address" { found = 1 }')
done
[ -n "$socket" ] || { echo "no containerd shim among the parents of the agent: is the container runtime containerd?" >&2; exit 1; }

inode=$(awk -v path="$socket" '$8 == path && $4 == "00010000" { print $7; exit }' /proc/net/unix)
pid=$(find /proc/[0-9]*/fd -lname "socket:\[$inode\]" 2>/dev/null | cut -d/ -f3 | sort -n | head -n 1)
[ -n "$pid" ] || { echo "no process listens on $socket" >&2; exit 1; }

program=$(readlink "/proc/$pid/exe")
config=$(tr '\0' '\n' <"/proc/$pid/cmdline" | awk 'found { print; exit } $0 == "--config" || $0 == "-c" { found = 1 }
  sub(/^--?config=/, "") { print; exit }')
unit=
if command -v systemctl >/dev/null && systemctl show containerd >/dev/null 2>&1; then
  unit=$(sed -n 's|.*/\([^/]*\.service\)$|\1|p' "/proc/$pid/cgroup" | head -n 1)
fi
# As containerd itself looks for programs.
search=$(tr '\0' '\n' <"/proc/$pid/environ" | sed -n 's/^PATH=//p')
shim=$(PATH=$(dirname "$program"):$search command -v containerd-shim-runsc-v1 || true)
ctr=$(PATH=$(dirname "$program"):$search:$PATH command -v ctr || true)
runc=$(PATH=$search:$PATH command -v runc || true)
# Newer kernels show this file in every network namespace; runsc takes those that have it for the root one.
wrapper=no
if unshare -n test -e /proc/sys/net/core/rmem_default 2>/dev/null; then wrapper=yes; fi

echo "socket=$socket"
echo "pid=$pid"
echo "program=$program"
echo "version=$("$program" --version)"
echo "config=${config:-/etc/containerd/config.toml}"
echo "unit=$unit"
echo "shim=$shim"
echo "wrapper=$wrapper"
echo "ctr=$ctr"
# Written after this process has read it, or in the same second.
stale=no
if [ -e "${config:-/etc/containerd/config.toml}" ] &&
  [ "$(stat -c %Y "${config:-/etc/containerd/config.toml}")" -ge "$(stat -c %Y "/proc/$pid")" ]; then stale=yes; fi
echo "stale=$stale"
echo "runc=$runc"
if [ -n "$runc" ]; then
  echo "runcVersion=$("$runc" --version | head -n 1)"
  echo "runcSha256=$(sha256sum <"$runc" | cut -d' ' -f1)"
fi
