# What the cluster is made of: packages of the distribution, and programs built through the Go module proxy.

# The release after Debian 12 has the versions that fit this Kubernetes; its programs need no newer C library than 2.34.
readonly next_release=trixie
readonly gvisor_source=golang-gvisor-gvisor_0.0~20240729.0.orig.tar.gz
readonly gvisor_source_sha256=8677fe60daa0519bb77139c58fec6c9e4ea1ee12f9f673007c6c0e3545ef69d2

fetch_packages() {
  local missing=() program
  for program in runc:runc nft:nftables ip:iproute2 openssl:openssl curl:curl g++:g++; do
    command -v "${program%:*}" >/dev/null || missing+=("${program#*:}")
  done
  if [ ${#missing[@]} -gt 0 ]; then
    say "installing ${missing[*]}"
    apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" \
      >/dev/null || die "apt-get failed" "apt-get install ${missing[*]}"
  fi
  [ -e "$cache/packages" ] || download_packages
}

# Unpacked, not installed: no service starts, and the machine's own packages stay as they are.
download_packages() {
  local scratch=$cache/download options mirror key
  rm -rf "$scratch"
  mkdir -p "$scratch"/{lists,archives}/partial "$scratch/tree"
  : >"$scratch/status"
  mirror() { apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | sed -n 1p; }
  [ -n "$(mirror)" ] || apt-get -qq update # apt names its sources only once it has their lists
  mirror=$(mirror)
  [ -n "$mirror" ] || die "apt has no package source" "apt-get update"
  key='[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]'
  (umask 077 && printf "%s $key %s %s main\n" deb "$mirror" "$next_release" deb-src "$mirror" "$next_release" \
    >"$scratch/sources.list")
  options=(-qq -o Dir::Etc::sourcelist="$scratch/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o Dir::Etc::preferencesparts=/dev/null -o Dir::State::lists="$scratch/lists" -o Dir::State::status="$scratch/status"
    -o Dir::Cache="$scratch" -o APT::Sandbox::User=root -o APT::Update::Error-Mode=any -o Acquire::Languages=none)
  say "downloading containerd, etcd, CNI plugins and runsc of $next_release"
  apt-get "${options[@]}" update
  (
    cd "$scratch"
    apt-get "${options[@]}" download containerd etcd-server containernetworking-plugins runsc
    apt-get "${options[@]}" source --download-only runsc >/dev/null 2>&1 || true # of its files we need one, checked below
    sha256sum --quiet --check <<<"$gvisor_source_sha256  $gvisor_source" || die "the source of runsc changed or is gone"
  )
  local package
  for package in "$scratch"/*.deb; do dpkg-deb --extract "$package" "$scratch/tree"; done
  install -t "$bin" "$scratch"/tree/usr/bin/{containerd,containerd-shim-runc-v2,ctr,etcd,runsc}
  install -t "$cni" "$scratch"/tree/usr/lib/cni/{bridge,host-local,loopback}
  unpack_shim "$scratch/$gvisor_source"
  for package in "$scratch"/*.deb; do dpkg-deb --show --showformat '${Package} ${Version}\n' "$package"; done \
    >"$cache/packages"
  rm -rf "$scratch"
}

# gVisor's containerd shim is in the source of the distribution's runsc but in none of its packages.
unpack_shim() {
  rm -rf "$cache/gvisor"
  mkdir "$cache/gvisor"
  tar -C "$cache/gvisor" --strip-components=1 -xzf "$1"
  # Its own score is one that only CAP_SYS_RESOURCE may set; newer containerd shims take their parent's plus one.
  sed -i 's/shim\.SetScore(/shim.AdjustOOMScore(/' "$cache/gvisor/pkg/shim/service.go"
  # The shim embeds gVisor's vDSO because a package it shares with runsc does. The distribution's recipe makes it.
  (cd "$cache/gvisor" && g++ -I. -O2 -std=c++11 -fPIC -fno-sanitize=all -fno-stack-protector -shared -nostdlib \
    -Wl,-soname=linux-vdso.so.1,--hash-style=sysv,--no-undefined,-Bsymbolic,-z,max-page-size=4096,-z,common-page-size=4096 \
    -Wl,-Tvdso/vdso_amd64.lds -o pkg/sentry/loader/vdsodata/vdso_amd64.so vdso/vdso.cc vdso/vdso_time.cc)
}

# build NAME FOLDER PACKAGE [GO BUILD FLAG...]: again only when the folder or the toolchain changed. Go's own cache keeps
# what is compiled, so an interrupted build resumes where it stopped.
build() {
  local name=$1 folder=$2 package=$3 key began=$SECONDS
  shift 3
  key=$( (go version && cd "$folder" && find . -type f -exec sha256sum {} + | sort && printf '%s\n' "$@") | sha256sum)
  [ "$(cat "$cache/${name//\//-}.key" 2>/dev/null)" != "$key" ] || [ ! -x "$bin/$name" ] || return 0
  say "building $name; the first time takes some minutes"
  (cd "$folder" && CGO_ENABLED=0 GOFLAGS=-mod=readonly GOWORK=off nice go build -trimpath -buildvcs=false "$@" \
    -o "$bin/$name.new" "$package") || die "building $name failed" "run this again: what is compiled is kept"
  mv "$bin/$name.new" "$bin/$name"
  printf '%s\n' "$key" >"$cache/${name//\//-}.key"
  say "built $name in $((SECONDS - began)) s"
}

build_programs() {
  [[ $(go env GOVERSION 2>/dev/null) =~ ^go1\.([0-9]+) ]] && ((BASH_REMATCH[1] >= 24)) ||
    die "no Go toolchain of 1.24 or newer" "install one, or put it first on PATH"
  local version program
  version=$(sed -n 's/^\tk8s.io\/kubernetes //p' "$here/kube/go.mod")
  build pause "$here/kube" ./pause -ldflags "-s -w"
  build containerd-shim-runsc-v1 "$cache/gvisor" ./shim -ldflags "-s -w"
  build kube "$here/kube" . -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=$version
    -X k8s.io/client-go/pkg/version.gitVersion=$version"
  for program in kube-apiserver kube-controller-manager kube-scheduler kube-proxy kubelet kubectl; do
    ln -sf kube "$bin/$program"
  done
  [ "$containerd_major" = 1 ] || build_containerd
}

build_containerd() {
  local module=github.com/containerd/containerd/v2 version program
  version=$(sed -n "s|^\t$module v\([^ ]*\).*|\1|p" "$here/containerd/go.mod")
  mkdir -p "$containerd_bin"
  for program in containerd containerd-shim-runc-v2 ctr; do
    build "containerd-2/$program" "$here/containerd" "$module/cmd/$program" -tags no_btrfs,no_devmapper,no_zfs \
      -ldflags "-s -w -X $module/version.Version=$version"
  done
}
