# The node: containerd with runc, the pause image, pod networking, kubelet and kube-proxy.

# Kept in front of containerd as an init system would: a program that prepares the node may end it, and it comes back.
start_containerd() {
  launch containerd "$here/lib/supervise" containerd --config "$containerd_config"
  wait_for 60 containerd answering ctr_ version
  ctr_ images ls -q | grep -qx "$pause_image" || import_pause
}

ctr_() { "$bin/ctr" --address "$containerd_socket" --namespace k8s.io "$@"; }

# An image of one file, as an OCI archive: no registry has to serve it.
import_pause() {
  local work layer config manifest
  work=$(mktemp -d)
  mkdir -p "$work/blobs/sha256"
  blob() { # FILE: stores it by its digest and prints "digest size"
    local digest
    digest=$(sha256sum "$1" | cut -d' ' -f1)
    mv "$1" "$work/blobs/sha256/$digest"
    printf '"digest":"sha256:%s","size":%s' "$digest" "$(stat -c %s "$work/blobs/sha256/$digest")"
  }
  tar -C "$bin" --owner=0 --group=0 --mtime=@0 -cf "$work/layer" pause
  printf '{"architecture":"amd64","os":"linux","config":{"Entrypoint":["/pause"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
    "$(sha256sum "$work/layer" | cut -d' ' -f1)" >"$work/config"
  layer=$(blob "$work/layer") config=$(blob "$work/config")
  printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json",%s},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar",%s}]}' \
    "$config" "$layer" >"$work/manifest"
  manifest=$(blob "$work/manifest")
  printf '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",%s,"annotations":{"io.containerd.image.name":"%s"}}]}' \
    "$manifest" "$pause_image" >"$work/index.json"
  printf '{"imageLayoutVersion":"1.0.0"}' >"$work/oci-layout"
  tar -C "$work" -cf "$work/pause.tar" oci-layout index.json blobs
  ctr_ images import "$work/pause.tar" >/dev/null
  rm -rf "$work"
}

start_kubelet() {
  mkdir -p "$kubelet_home" && : >"$kubelet_home/.kalium-bench"
  launch kubelet kubelet --config "$conf/kubelet.yaml" --kubeconfig "$conf/kubelet.kubeconfig" \
    --hostname-override "$node" --node-ip "$address"
  wait_for 120 kubelet healthy curl -fsS http://127.0.0.1:10248/healthz
  wait_for 120 kubelet "its node" k wait --for=condition=Ready "node/$node" --timeout=5s
}

start_proxy() {
  launch kube-proxy kube-proxy --config "$conf/proxy.yaml" --hostname-override "$node"
  wait_for 60 kube-proxy healthy curl -fsS http://127.0.0.1:10256/healthz
}
