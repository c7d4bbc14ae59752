# Starts containerd again and waits until it answers; if it does not, puts the saved files back and starts it once more.
# Runs by itself, because the connection to the node goes through containerd. Its result file always has one line:
#   running PID | started | restored: WHY | down: WHY
# $1 result file, $2 socket, $3 pid now, $4 program, $5 unit or "", $6 seconds; then pairs: file, its saved copy or ""
set -u
result=$1 socket=$2 old=$3 program=$4 unit=$5 limit=$6
shift 6

listener() {
  inode=$(awk -v path="$socket" '$8 == path && $4 == "00010000" { print $7; exit }' /proc/net/unix)
  [ -n "$inode" ] || return 1
  find /proc/[0-9]*/fd -lname "socket:\[$inode\]" 2>/dev/null | cut -d/ -f3 | sort -n | head -n 1
}

# A new process has the socket, and its part for Kubernetes could be started.
answers() {
  pid=$(listener) && [ -n "$pid" ] && [ "$pid" != "$1" ] || return 1
  ctr=$(dirname "$program")/ctr
  [ -x "$ctr" ] || ctr=$(command -v ctr) || return 0
  plugins=$("$ctr" --timeout 10s --address "$socket" plugins ls 2>/dev/null) || return 1
  ! printf '%s\n' "$plugins" | awk '/cri/ && $NF == "error" { bad = 1 } END { exit !bad }'
}

start_again() { # PID of the one that has to go, or ""
  if [ -n "$unit" ]; then
    systemctl restart "$unit" || return 1
  elif [ -n "$1" ]; then
    kill -TERM "$1" # its supervisor starts it again
  fi
  began=$(cut -d. -f1 /proc/uptime)
  until answers "$1"; do
    now=$(cut -d. -f1 /proc/uptime)
    [ $((now - began)) -lt "$limit" ] || return 1
    sleep 0.3
  done
}

say() {
  printf '%s\n' "$1" >"$result.new"
  sync "$result.new"
  mv -f "$result.new" "$result"
}

say "running $$" || exit
while [ -d "/proc/$PPID" ]; do sleep 0.1; done # who started this can tell, before the connection ends
if start_again "$old"; then say started; exit; fi
while [ $# -ge 2 ]; do
  # In one step: a supervisor may start containerd at any time, and half a configuration is a valid one.
  new=$1.kalium-bench-new
  if [ -n "$2" ]; then cp -p -- "$2" "$new" && sync "$new" && mv -f -- "$new" "$1"; else rm -f -- "$1"; fi
  sync "$(dirname "$1")"
  shift 2
done
# Whatever is there now: the one that does not answer, or none, when its supervisor is between two tries.
if start_again "$(listener)"; then
  say "restored: containerd did not answer within $limit s with the new configuration"
else
  say "down: containerd does not answer, neither with the new nor with the old configuration"
fi
