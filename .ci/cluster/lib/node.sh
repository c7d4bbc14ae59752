# The node: containerd with runc, the pause image, pod networking, kubelet and kube-proxy.

# Kept in front of containerd as an init system would: a program that prepares the node may end it, and it comes back.
start_containerd() {
  launch containerd "$here/lib/supervise" containerd --config "$containerd_config"
  wait_for 60 containerd answering ctr_ version
  ctr_ images ls -q | grep -qx "$pause_image" || import_pause
}

ctr_() { "$containerd_bin/ctr" --address "$containerd_socket" --namespace k8s.io "$@"; }

# An image of one file, as an OCI archive: no registry has to serve it.
import_pause() {
  local work=$state/pause type=application/vnd.oci.image layer config manifest
  mkdir -p "$work/blobs/sha256"
  blob() { # TYPE: stores the file `blob` by its digest and prints its descriptor, without the closing brace
    local digest
    digest=$(sha256sum "$work/blob" | cut -d' ' -f1)
    mv "$work/blob" "$work/blobs/sha256/$digest"
    printf '{"mediaType":"%s","digest":"sha256:%s","size":%s' "$1" "$digest" "$(stat -c %s "$work/blobs/sha256/$digest")"
  }
  tar -C "$bin" --owner=0 --group=0 --mtime=@0 -cf "$work/blob" pause
  layer=$(blob $type.layer.v1.tar)
  cat >"$work/blob" <<EOF
{"architecture":"amd64","os":"linux","config":{"Entrypoint":["/pause"]},
 "rootfs":{"type":"layers","diff_ids":["$(grep -o 'sha256:[0-9a-f]*' <<<"$layer")"]}}
EOF
  config=$(blob $type.config.v1+json)
  cat >"$work/blob" <<EOF
{"schemaVersion":2,"mediaType":"$type.manifest.v1+json","config":$config},"layers":[$layer}]}
EOF
  manifest=$(blob $type.manifest.v1+json)
  cat >"$work/index.json" <<EOF
{"schemaVersion":2,"manifests":[$manifest,"annotations":{"io.containerd.image.name":"$pause_image"}}]}
EOF
  echo '{"imageLayoutVersion":"1.0.0"}' >"$work/oci-layout"
  tar -C "$work" -cf "$work/pause.tar" oci-layout index.json blobs
  ctr_ images import "$work/pause.tar" >/dev/null
  rm -rf "$work"
}

start_kubelet() {
  launch kubelet kubelet --config "$conf/kubelet.yaml" --kubeconfig "$conf/kubelet.kubeconfig" \
    --hostname-override "$node" --node-ip "$address"
  wait_for 120 kubelet healthy curl -fsS http://127.0.0.1:10248/healthz
  wait_for 120 kubelet "its node" k wait --for=condition=Ready "node/$node" --timeout=5s
}

start_proxy() {
  launch kube-proxy kube-proxy --config "$conf/proxy.yaml" --hostname-override "$node"
  wait_for 60 kube-proxy healthy curl -fsS http://127.0.0.1:10256/healthz
}
