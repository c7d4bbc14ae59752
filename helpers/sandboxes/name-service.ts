/** The files by which the C library of a function finds names as in a pod of a cluster. */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Of a pod of OpenFaaS: names with fewer than 5 dots go through the search list first. `nameServer`: IPv4 address. */
export const resolvConf = (nameServer: string): string =>
  [
    `nameserver ${nameServer}`,
    "search openfaas-fn.svc.cluster.local svc.cluster.local cluster.local",
    "options ndots:5",
    "",
  ].join("\n");

export const nsswitchConf = "hosts: files dns\n";

/**
 * Words before a program that has no root file system of its own: in a mount namespace of its own these files lie over
 * the machine's. Writes them to `directory`. A file that the machine does not have cannot be covered.
 */
export async function coverNameFiles(directory: string, nameServer: string): Promise<readonly string[]> {
  const files = { "resolv.conf": resolvConf(nameServer), "nsswitch.conf": nsswitchConf };
  const covered = Object.entries(files).filter(([name]) => existsSync(join("/etc", name)));
  for (const [name, content] of covered) await writeFile(join(directory, name), content);
  const mounts = covered.map(([name]) => `mount --bind "$0/${name}" "/etc/${name}"`);
  return ["unshare", "--mount", "sh", "-c", `${[...mounts, 'exec "$@"'].join(" && ")} || exit 126`, directory];
}
