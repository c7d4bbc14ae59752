/** The one node of the test cluster, which is this machine: tests may break it. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { poll } from "../../base/deadline.ts";
import { testClusterFolder } from "./test-cluster.ts";

const up = fileURLToPath(new URL("../../../.ci/cluster/up", import.meta.url));

/** Of this machine, as pods and nodes reach it. */
export const testNodeAddress = "10.202.0.1";

/** Why a cluster's nodes are not ours to break; `undefined` for the test cluster of this machine. */
export async function whyNotOurNode(kubeconfig: string): Promise<string | undefined> {
  if (kubeconfig !== join(testClusterFolder(), "kubeconfig")) return "needs a node that may be broken: .ci/cluster/up";
  return (await pidOf("kubelet")) === undefined ? "the test cluster does not run: .ci/cluster/up" : undefined;
}

/** Its node is lost, while its pods go on. */
export async function stopKubelet(): Promise<void> {
  const pid = await pidOf("kubelet");
  if (pid === undefined) throw new TypeError("the test cluster's kubelet does not run");
  process.kill(pid, "SIGTERM");
  await poll({ what: "the end of the kubelet", timeoutMs: 20_000, intervalMs: 100 }, async () =>
    (await pidOf("kubelet")) === undefined ? true : undefined,
  );
}

/** Resolves when its node is ready. Idempotent. */
export async function startKubelet(): Promise<void> {
  await execa(up, { stdin: "ignore", timeout: 180_000 });
}

/** Ends containerd, which its supervisor starts again; pods go on. */
export async function restartTestContainerd(): Promise<void> {
  const supervisor = await pidOf("containerd");
  if (supervisor === undefined) throw new TypeError("the test cluster's containerd does not run");
  const children = async (): Promise<readonly string[]> =>
    (await readFile(`/proc/${supervisor}/task/${supervisor}/children`, "utf8")).trim().split(" ");
  const [before = ""] = await children();
  process.kill(Number(before), "SIGTERM");
  const ctr = join(testClusterFolder(), "cache/bin/ctr");
  await poll({ what: "containerd to answer again", timeoutMs: 60_000, intervalMs: 250 }, async () => {
    if ((await children()).includes(before)) return undefined;
    const { exitCode } = await execa(ctr, ["version"], { reject: false, timeout: 5_000 });
    return exitCode === 0 ? true : undefined;
  });
  await startKubelet(); // waits for the node
}

/** Of a process that `up` has recorded, as long as it lives: with its start time the id names one uniquely. */
async function pidOf(name: string): Promise<number | undefined> {
  const file = join(testClusterFolder(), "state/pid", name);
  const [pid = "", began] = (await readFile(file, "utf8").catch(() => "")).trim().split(" ");
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return began !== undefined && state !== "Z" && fields[18] === began ? Number(pid) : undefined;
}
