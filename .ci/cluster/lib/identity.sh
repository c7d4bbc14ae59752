# Certificates and kubeconfig files, made for every cluster and removed with its state.

key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null; }

# certificate NAME SUBJECT EXTENSIONS...: signed by the cluster's authority.
certificate() {
  local name=$1 subject=$2
  shift 2
  key "$pki/$name.key"
  openssl req -new -key "$pki/$name.key" -subj "$subject" -out "$pki/$name.csr"
  openssl x509 -req -in "$pki/$name.csr" -CA "$pki/ca.crt" -CAkey "$pki/ca.key" -CAcreateserial -days 30 \
    -extfile <(printf '%s\n' "$@") -out "$pki/$name.crt" 2>/dev/null
  rm "$pki/$name.csr"
}

# account NAME USER GROUP FILE: a client certificate and the kubeconfig that holds it.
account() {
  local name=$1 user=$2 group=$3 file=$4
  certificate "$name" "/O=$group/CN=$user" extendedKeyUsage=clientAuth
  cat >"$file" <<EOF
apiVersion: v1
kind: Config
current-context: kalium-bench
contexts: [{ name: kalium-bench, context: { cluster: kalium-bench, user: $name } }]
clusters:
  - name: kalium-bench
    cluster: { server: "$api_server", certificate-authority-data: $(base64 -w0 "$pki/ca.crt") }
users:
  - name: $name
    user: { client-certificate-data: $(base64 -w0 "$pki/$name.crt"), client-key-data: $(base64 -w0 "$pki/$name.key") }
EOF
}

make_identity() ( # a subshell, for its umask
  [ ! -e "$pki/complete" ] || return 0
  umask 077
  rm -rf "$pki"
  mkdir -p "$pki"
  key "$pki/ca.key"
  openssl req -x509 -new -key "$pki/ca.key" -days 30 -subj /CN=kalium-bench-cluster -out "$pki/ca.crt"
  # etcd trusts this one certificate and nobody else, so only the API server reads and writes it.
  key "$pki/etcd.key"
  openssl req -x509 -new -key "$pki/etcd.key" -days 30 -subj /CN=etcd -addext subjectAltName=IP:127.0.0.1 \
    -addext extendedKeyUsage=serverAuth,clientAuth -out "$pki/etcd.crt"
  certificate server /CN=kube-apiserver extendedKeyUsage=serverAuth \
    "subjectAltName=IP:$address,IP:${service_cidr%.*}.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default.svc"
  certificate to-kubelet /O=system:masters/CN=kube-apiserver-kubelet extendedKeyUsage=clientAuth
  key "$pki/service-account.key"
  openssl pkey -in "$pki/service-account.key" -pubout -out "$pki/service-account.pub"
  account admin admin system:masters "$kubeconfig"
  account controllers system:kube-controller-manager none "$conf/controllers.kubeconfig"
  account scheduler system:kube-scheduler none "$conf/scheduler.kubeconfig"
  account proxy system:kube-proxy none "$conf/proxy.kubeconfig"
  account kubelet "system:node:$node" system:nodes "$conf/kubelet.kubeconfig"
  account reader reader none "$home/kubeconfig-restricted"
  : >"$pki/complete"
)
