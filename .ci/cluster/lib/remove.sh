# Removing what the cluster made on this machine. Each step works on a cluster in any state, and does nothing twice.

ctr_() { timeout 20 "$containerd_bin/ctr" --address "$containerd_socket" --namespace k8s.io "$@" 2>/dev/null; }

# The orderly way, while all still runs: pods end, their networks and volumes are taken down by those who made them.
delete_pods() {
  running kube-apiserver && running kubelet && running containerd || return 0
  k delete --all --wait=false daemonsets,deployments,statefulsets,replicasets,jobs,cronjobs -A >/dev/null 2>&1 || true
  k delete pods --all --all-namespaces --grace-period=1 --timeout=45s >/dev/null 2>&1 || say "some pods did not end in time"
}

# The rest of a cluster that was not orderly: every process in the cgroup of the pods, every shim of this containerd.
remove_containers() {
  local pid name
  for pid in $(find /sys/fs/cgroup -path "*/$cgroup/*" -name cgroup.procs -exec cat {} + 2>/dev/null | sort -u) $(shims); do
    kill -KILL "$pid" 2>/dev/null || true
  done
  running containerd || return 0
  for name in $(ctr_ tasks ls -q); do ctr_ tasks delete --force "$name" >/dev/null || true; done
  for name in $(ctr_ containers ls -q); do ctr_ containers delete "$name" || true; done
}

shims() {
  local file
  for file in /proc/[0-9]*/cmdline; do
    tr '\0' ' ' 2>/dev/null <"$file" | grep -q "containerd-shim.*-address $containerd_socket" && echo "${file//[!0-9]/}" || true
  done
}

mounts() { # of our folders and below them, the innermost first
  local folder
  for folder in "$state" /run/containerd "$kubelet_home"; do
    awk -v folder="$folder" '$5 == folder || index($5, folder "/") == 1 { print $5 }' /proc/self/mountinfo
  done | sort -r
}

remove_mounts() {
  local place
  for place in $(mounts); do umount -l "$place" || true; done
  # Never delete through a mount: what a pod had mounted may be a folder of the machine.
  place=$(mounts)
  [ -z "$place" ] || die "still mounted: $place" "umount them, then run this again"
}

remove_network() {
  local link
  for link in $(ip -o link show master "$bridge" 2>/dev/null | sed 's/^[0-9]*: \([^@:]*\).*/\1/'); do ip link del "$link" 2>/dev/null || true; done
  ! ip link show "$bridge" >/dev/null 2>&1 || ip link del "$bridge"
  nft delete table ip kube-proxy 2>/dev/null || true
  nft delete table ip6 kube-proxy 2>/dev/null || true
  restore_kernel_settings
}

remove_cgroups() {
  local since=$SECONDS
  until [ -z "$(find /sys/fs/cgroup -type d -path "*/$cgroup" 2>/dev/null)" ]; do
    find /sys/fs/cgroup -depth -type d -path "*/$cgroup*" -exec rmdir {} + 2>/dev/null || true
    [ $((SECONDS - since)) -lt 10 ] || die "a process of a pod does not end" "look below /sys/fs/cgroup/*/$cgroup"
    pause 0.1
  done
}

# What `npm run cluster -- up` put onto this node, where its `down` was not called: on a new cluster it would be a run that
# nobody can take down. A file that it replaced outside our places has its only copy there.
remove_run() {
  local folder=/var/lib/kalium-bench replaced
  replaced=$(sed -n 's/^ *"path": "\(.*\)",$/\1/p' "$folder/manifest.json" 2>/dev/null | grep -v "^${containerd_config%/*}/") || true
  if [ -n "$replaced" ]; then
    say "$folder stays, a run has changed what only you can put back (its manifest.json names the copies): $replaced"
  else
    rm -rf "$folder" /var/log/kalium-bench /run/kalium-bench
  fi
}

remove_files() {
  local result
  for result in /var/lib/cni/results/kalium-bench-*-eth0; do # the results of a pod carry its id
    result=${result%-eth0} && rm -f /var/lib/cni/results/*"${result##*/kalium-bench}"-*
  done
  rm -f "$containerd_config" "$containerd_imports/kalium-bench.toml" "$cni_config"
  rm -rf "$kubelet_home" /run/containerd
  find /var/log/containers -lname "$state/*" -delete 2>/dev/null || true
  rmdir "$containerd_imports" /etc/containerd /etc/cni/net.d /etc/cni /var/lib/cni/results /var/lib/cni /var/log/{containers,pods} 2>/dev/null || true
}
