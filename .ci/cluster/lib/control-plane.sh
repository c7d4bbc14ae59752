# etcd, the API server, the controllers and the scheduler. All listen on loopback, the API server on the pods' bridge.

start_network() {
  if ! ip link show "$bridge" >/dev/null 2>&1; then
    ! ip -4 route show | grep -q '^10\.202\.' || die "this machine already uses addresses of 10.202.0.0/16" "ip route"
    ip link add "$bridge" type bridge
    ip addr add "$address/${pod_cidr#*/}" dev "$bridge"
    ip link set "$bridge" up
  fi
  echo 1 >/proc/sys/net/ipv4/ip_forward
}

start_etcd() {
  local peer=https://127.0.0.1:23800 # it listens there although there is no other member
  launch etcd etcd --name etcd --data-dir "$state/etcd" --log-level warn --unsafe-no-fsync \
    --listen-client-urls "$etcd_client" --advertise-client-urls "$etcd_client" \
    --listen-peer-urls "$peer" --initial-advertise-peer-urls "$peer" --initial-cluster "etcd=$peer" \
    --cert-file "$pki/etcd.crt" --key-file "$pki/etcd.key" --client-cert-auth --trusted-ca-file "$pki/etcd.crt" \
    --peer-cert-file "$pki/etcd.crt" --peer-key-file "$pki/etcd.key" --peer-client-cert-auth \
    --peer-trusted-ca-file "$pki/etcd.crt"
  wait_for 60 etcd healthy curl -fsS --cacert "$pki/etcd.crt" --cert "$pki/etcd.crt" --key "$pki/etcd.key" "$etcd_client/health"
}

start_api_server() {
  launch kube-apiserver kube-apiserver --bind-address "$address" --advertise-address "$address" \
    --etcd-servers "$etcd_client" --etcd-cafile "$pki/etcd.crt" --etcd-certfile "$pki/etcd.crt" --etcd-keyfile "$pki/etcd.key" \
    --tls-cert-file "$pki/server.crt" --tls-private-key-file "$pki/server.key" --client-ca-file "$pki/ca.crt" \
    --kubelet-client-certificate "$pki/to-kubelet.crt" --kubelet-client-key "$pki/to-kubelet.key" \
    --kubelet-preferred-address-types InternalIP --authorization-mode Node,RBAC --anonymous-auth=false \
    --enable-admission-plugins NodeRestriction --allow-privileged --service-cluster-ip-range "$service_cidr" \
    --service-account-issuer https://kubernetes.default.svc --service-account-key-file "$pki/service-account.pub" \
    --service-account-signing-key-file "$pki/service-account.key" --profiling=false
  wait_for 120 kube-apiserver ready k get --raw /readyz
}

start_controllers() {
  launch kube-controller-manager kube-controller-manager --kubeconfig "$conf/controllers.kubeconfig" \
    --bind-address 127.0.0.1 --leader-elect=false --use-service-account-credentials \
    --service-account-private-key-file "$pki/service-account.key" --root-ca-file "$pki/ca.crt" \
    --flex-volume-plugin-dir "$state/volume-plugins" --node-monitor-grace-period 20s --profiling=false
  launch kube-scheduler kube-scheduler --kubeconfig "$conf/scheduler.kubeconfig" --bind-address 127.0.0.1 \
    --leader-elect=false --profiling=false
  wait_for 60 kube-controller-manager healthy curl -fsSk https://127.0.0.1:10257/healthz
  wait_for 60 kube-scheduler healthy curl -fsSk https://127.0.0.1:10259/healthz
  wait_for 60 kube-controller-manager "the default service account" k -n default get serviceaccount default
}
