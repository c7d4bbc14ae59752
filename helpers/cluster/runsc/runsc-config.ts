import { stringify } from "smol-toml";
import { nodePlaceOf, type RunscBuild } from "./builds.ts";

/**
 * Configuration file of runsc's containerd shim: which binary, and its flags. `%ID%` is the sandbox's id where it stands
 * for the boot log, because that belongs to the pod's first container.
 */
export function runscConfig(
  build: Pick<RunscBuild, "runtimeClass" | "platform" | "flags">,
  { wrapped, systemdCgroup }: { readonly wrapped: boolean; readonly systemdCgroup: boolean },
): string {
  const place = nodePlaceOf(build);
  return stringify({
    binary_name: wrapped ? place.wrapper : place.binary,
    root: `/run/kalium-bench/${build.runtimeClass}`,
    runsc_config: {
      platform: build.platform,
      network: "sandbox",
      "debug-log": `${place.logFolder}/%ID%/`, // the slash makes it a folder
      ...(systemdCgroup && { "systemd-cgroup": "true" }),
      ...build.flags,
    },
  });
}

/**
 * runsc takes a namespace that shows /proc/sys/net/core for the root one and refuses it; newer kernels show it in all.
 * An empty file system over it, in a mount namespace of its own, cures that. `exec` keeps the process id.
 */
export const wrapperScript = (binary: string): string => `#!/bin/sh
exec unshare -m /bin/sh -c 'mount -t tmpfs none /proc/sys/net && exec "$0" "$@"' ${binary} "$@"
`;
