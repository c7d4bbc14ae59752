# Configuration of the node: containerd, pod networking, kubelet, kube-proxy. containerd's is written once only: who
# prepares the node may change it.

put() { # FILE: from standard input, at once, and only when it changes: containerd and kube-proxy watch theirs
  cat >"$1.new"
  if cmp -s "$1.new" "$1"; then rm "$1.new"; else mv "$1.new" "$1"; fi
}

write_node_configuration() {
  mkdir -p "$(dirname "$containerd_config")" "$(dirname "$cni_config")"
  local controller
  for controller in /sys/fs/cgroup/*/cgroup.procs; do mkdir -p "${controller%/*}/$cgroup"; done
  # The weight of 16 processes of the host, for the pods of a block: with the default, all of them together would have that of one.
  local -r shares=/sys/fs/cgroup/cpu/$cgroup/cpu.shares weight=/sys/fs/cgroup/$cgroup/cpu.weight
  if [ -e "$shares" ]; then echo $((1024 * 16)) >"$shares"; elif [ -e "$weight" ]; then echo $((100 * 16)) >"$weight"; fi
  put "$conf/kubelet.yaml" <<EOF
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $address
authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: "$pki/ca.crt" } }
authorization: { mode: Webhook }
containerRuntimeEndpoint: unix://$containerd_socket
podLogsDir: $state/pod-log
volumePluginDir: $state/volume-plugins
cgroupDriver: cgroupfs
cgroupRoot: /$cgroup
failCgroupV1: false
failSwapOn: false
resolvConf: $conf/resolv.conf
imageGCHighThresholdPercent: 100 # an image that no registry has must not be collected
evictionHard: { memory.available: 200Mi, nodefs.available: 1%, imagefs.available: 1%, nodefs.inodesFree: 1% }
EOF
  put "$conf/proxy.yaml" <<EOF
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: nftables # one table of its own: nothing of the machine's rules is touched
bindAddress: $address
healthzBindAddress: 127.0.0.1:10256
metricsBindAddress: 127.0.0.1:10249
clientConnection: { kubeconfig: "$conf/proxy.kubeconfig" }
clusterCIDR: $pod_cidr
nftables: { masqueradeAll: true } # the answer of a pod on the same bridge must come back through the host
conntrack: { maxPerCore: 0 }
EOF
  : >"$conf/resolv.conf"
  put "$cni_config" <<EOF
{ "cniVersion": "1.0.0", "name": "kalium-bench", "plugins": [
  { "type": "bridge", "bridge": "$bridge", "isGateway": true, "hairpinMode": true,
    "ipam": { "type": "host-local", "dataDir": "$state/cni", "ranges": [[{ "subnet": "$pod_cidr", "rangeStart": "${pod_cidr%.*}.10" }]],
      "routes": [{ "dst": "0.0.0.0/0" }] } } ] }
EOF
  [ -e "$containerd_config" ] || "containerd_configuration_$containerd_major" >"$containerd_config"
}

containerd_configuration_1() {
  cat <<EOF
# Written by .ci/cluster/up of kalium-bench; removed by .ci/cluster/down.
version = 2
root = "$state/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper"]

[grpc]
  address = "$containerd_socket"

[plugins."io.containerd.internal.v1.opt"]
  path = "$state/opt"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "$pause_image"
  restrict_oom_score_adj = true # a machine without CAP_SYS_RESOURCE cannot lower it
  netns_mounts_under_state_dir = true

  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "$cni"
    conf_dir = "$(dirname "$cni_config")"

  [plugins."io.containerd.grpc.v1.cri".containerd]
    default_runtime_name = "runc"

    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
EOF
}

containerd_configuration_2() { # with a folder of imports
  cat <<EOF
# Written by .ci/cluster/up of kalium-bench; removed by .ci/cluster/down.
version = 3
imports = ["$containerd_imports/*.toml"]
root = "$state/containerd"
state = "/run/containerd"

[grpc]
  address = "$containerd_socket"

[plugins."io.containerd.internal.v1.opt"]
  path = "$state/opt"

[plugins."io.containerd.nri.v1.nri"]
  disable = true # its socket has a place of its own

[plugins."io.containerd.cri.v1.images".pinned_images]
  sandbox = "$pause_image"

[plugins."io.containerd.cri.v1.runtime"]
  restrict_oom_score_adj = true # a machine without CAP_SYS_RESOURCE cannot lower it
  netns_mounts_under_state_dir = true

  [plugins."io.containerd.cri.v1.runtime".cni]
    bin_dirs = ["$cni"]
    conf_dir = "$(dirname "$cni_config")"

  [plugins."io.containerd.cri.v1.runtime".containerd]
    default_runtime_name = "runc"

    [plugins."io.containerd.cri.v1.runtime".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
EOF
}
