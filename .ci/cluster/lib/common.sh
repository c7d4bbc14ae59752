# Names, places and the few tools that `up`, `down` and `status` share. Sourced, never run.

readonly here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly home=${KALIUM_CLUSTER_DIR:-$HOME/.cache/kalium-bench/cluster}
readonly cache=$home/cache # what was downloaded and built: `down` keeps it, `down --purge` removes it
readonly bin=$cache/bin
readonly cni=$cache/cni
readonly state=$home/state # everything of the running cluster: `down` removes it
readonly pki=$state/pki
readonly conf=$state/conf
readonly logs=$state/log
readonly pids=$state/pid
readonly kubeconfig=$home/kubeconfig

readonly node=kalium-node
readonly bridge=kbcluster0
readonly address=10.202.0.1 # of the bridge: the host as its pods see it
readonly pod_cidr=10.202.0.0/24
readonly service_cidr=10.202.128.0/20
readonly api_server=https://$address:6443
readonly etcd_client=https://127.0.0.1:23790
readonly cgroup=kalium-bench-cluster # all pods are below it
# 1 or 2; `up` writes down what a cluster was started with.
readonly containerd_major=$(cat "$state/containerd-major" 2>/dev/null || echo "${containerd_wanted:-1}")
readonly containerd_bin=$([ "$containerd_major" = 1 ] && echo "$bin" || echo "$bin/containerd-2")
readonly pause_image=kalium-bench.local/pause:1

# The places where a node has these by default: programs that prepare nodes look for them there.
readonly containerd_config=/etc/containerd/config.toml
readonly containerd_imports=/etc/containerd/conf.d # containerd 2 only
readonly containerd_socket=/run/containerd/containerd.sock
readonly kubelet_home=/var/lib/kubelet
readonly cni_config=/etc/cni/net.d/10-kalium-bench.conflist

say() { printf '%s\n' "cluster: $*" >&2; }
die() {
  printf 'cluster: %s\n' "$1" >&2
  [ $# -lt 2 ] || printf '  next: %s\n' "$2" >&2
  exit 1
}

pause() { read -rt "$1" <> <(:) || true; }

# wait_for SECONDS NAME WHAT COMMAND...: repeats the command until it succeeds or the process NAME has ended.
wait_for() {
  local limit=$1 name=$2 what=$3 began=$SECONDS
  shift 3
  until "$@" >/dev/null 2>&1; do
    running "$name" || die "$name ended: $(tail -n 1 "$logs/$name.log")" "less $logs/$name.log"
    [ $((SECONDS - began)) -lt "$limit" ] || die "$name: $what did not come within $limit s" "less $logs/$name.log"
    pause 0.2
  done
  say "$name: $what after $((SECONDS - began)) s"
}

start_time() { # of a process, in ticks since boot: with the id it names one process uniquely
  local line
  read -r line 2>/dev/null <"/proc/$1/stat" || return 1
  line=${line##*) }
  set -- $line
  [ "$1" != Z ] && printf '%s\n' "${20}" # a process that ended and was not yet waited for has ended
}

running() { # NAME: is the process that `launch` recorded still there?
  local pid began
  read -r pid began 2>/dev/null <"$pids/$1" || return 1
  [ -n "$began" ] && [ "$(start_time "$pid")" = "$began" ]
}

# launch NAME COMMAND...: in the background, out of reach of the terminal's signals; its id and start time are recorded.
launch() {
  local name=$1
  shift
  ! running "$name" || return 0
  PATH=$containerd_bin:$bin:$PATH setsid "$@" >>"$logs/$name.log" 2>&1 </dev/null 9>&- &
  printf '%s %s\n' $! "$(start_time $!)" >"$pids/$name"
  disown
}

# stop NAME SECONDS: SIGTERM, then SIGKILL after the limit; nothing when the recorded process has ended.
stop() {
  local pid began
  if running "$1"; then
    read -r pid began <"$pids/$1"
    kill -TERM "$pid"
    local since=$SECONDS
    while running "$1"; do
      [ $((SECONDS - since)) -lt "$2" ] || kill -KILL "$pid" 2>/dev/null || true
      pause 0.1
    done
    say "stopped $1"
  fi
  rm -f "$pids/$1"
}

k() { "$bin/kubectl" --kubeconfig "$kubeconfig" "$@"; }

# Kernel settings of the whole machine that kubelet and kube-proxy change as they start. The machine's own are put back
# as soon as they run: a developer's machine shall not restart because a program was killed for memory.
readonly kernel_settings=(vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops kernel/keys/root_maxkeys
  kernel/keys/root_maxbytes net/netfilter/nf_conntrack_max net/netfilter/nf_conntrack_tcp_timeout_established
  net/netfilter/nf_conntrack_tcp_timeout_close_wait net/ipv4/ip_forward)

remember_kernel_settings() {
  [ ! -e "$state/kernel-settings" ] || return 0
  local name
  for name in "${kernel_settings[@]}"; do
    printf '%s %s\n' "$name" "$(cat "/proc/sys/$name" 2>/dev/null)"
  done >"$state/kernel-settings"
}

restore_kernel_settings() { # except those that are named
  local name value
  [ -e "$state/kernel-settings" ] || return 0
  while read -r name value; do
    [[ " $* " == *" $name "* ]] || [ -z "$value" ] || printf '%s\n' "$value" >"/proc/sys/$name"
  done <"$state/kernel-settings"
}
