/** The artifact's programs on a node, with stand-ins: gVisor of today for its runsc builds, small scripts for the rest. */
import { chmod, copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { cachedRunsc } from "../runtimes/binary.ts";
import { connectCluster } from "./api/connect.ts";
import { applyObject, type NamedObject } from "./api/objects.ts";
import { dumpCluster } from "./dump.ts";
import { differenceOf } from "./dump-text.ts";
import { parseFacts } from "./facts.ts";
import { labelsOf, systemNamespace } from "./names.ts";
import { presentImages, toolVolumes } from "./nodes/agent-manifest.ts";
import { startNodeAgents } from "./nodes/agents.ts";
import { readBootLog, sandboxIdOf } from "./runsc/boot-log.ts";
import { clusterCommand } from "./testing/cluster-command.ts";
import { findFreeCluster, clusterTitle, type TestCluster } from "./testing/test-cluster.ts";

const runsc = await cachedRunsc();
const cluster: TestCluster =
  runsc === undefined ? { available: false, reason: "no runsc; npm run setup" } : await findFreeCluster();

const listener = `#!/usr/bin/perl
use IO::Socket::INET;
my $server = IO::Socket::INET->new(LocalPort => 5000, Listen => 5, ReuseAddr => 1) or die $!;
while (1) { my $client = $server->accept; close $client if $client; }
`;

async function standIns(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kalium-stand-ins-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of ["runsc_stock", "runsc_kalium", "runsc_microbench"])
    await copyFile(runsc ?? "", join(folder, name));
  await writeFile(join(folder, "seclambda"), "#!/bin/sh\n");
  await writeFile(join(folder, "ctr"), listener);
  for (const name of ["seclambda", "ctr"]) await chmod(join(folder, name), 0o755);
  return folder;
}

describe.skipIf(!cluster.available)(clusterTitle(cluster, "the artifact's programs on nodes"), () => {
  const kubeconfig = cluster.available ? cluster.kubeconfig : "";

  test(
    "its three builds are classes of their own, the boot log of a pod is found, down puts all back",
    { timeout: 900_000 },
    async () => {
      const api = connectCluster(kubeconfig);
      const before = await dumpCluster(api);
      const build = await standIns();
      try {
        const args = ["up", "--json", "--mysql-image", "local", "--controller-host", "controller.example"];
        const { code, stdout, stderr } = await clusterCommand(kubeconfig, args, { env: { KALIUM_BUILD: build } });
        expect(code, stderr).toBe(0);
        const { runtimes, controller, nodes, runId } = parseFacts(stdout);
        expect(runtimes.map(({ runtimeClass }) => runtimeClass)).toEqual([
          "gvisor-stock",
          "gvisor-kalium",
          "gvisor-microbench",
          "gvisor",
          undefined,
        ]);
        expect(controller?.address).toBe(`${nodes[0]?.address ?? ""}:5000`);

        const { items } = await api.core.listNode();
        const { volumes, volumeMounts } = toolVolumes("amd64");
        const pod: NamedObject & { readonly spec: object } = {
          apiVersion: "v1",
          kind: "Pod",
          metadata: { name: "logged", namespace: systemNamespace, labels: labelsOf(runId, "trial") },
          spec: {
            runtimeClassName: "gvisor-microbench",
            containers: [
              { name: "c", image: presentImages(items)[0] ?? "", command: ["/bin/sleep", "600"], volumeMounts },
            ],
            volumes,
          },
        };
        await applyObject(api, pod);
        await using agents = await startNodeAgents(api, { runId, nodes: items });
        const shell = agents.shells[0] ?? expect.fail();
        const uid = await expect
          .poll(() => api.core.readNamespacedPod({ name: "logged", namespace: systemNamespace }), { timeout: 60_000 })
          .toMatchObject({ status: { phase: "Running" } })
          .then(() => api.core.readNamespacedPod({ name: "logged", namespace: systemNamespace }))
          .then(({ metadata }) => metadata?.uid ?? "");
        const log = await readBootLog(shell, { runtimeClass: "gvisor-microbench" }, await sandboxIdOf(shell, uid));
        expect(log).toMatch(/^[IWD]\d{4} /m);
        expect(
          (await shell.run("grep controller.example /etc/hosts; ls /usr/local/bin/seclambda /mydata")).stdout,
        ).toMatch(/controller\.example # kalium-bench[^]*seclambda_log/);
      } finally {
        const gone = await clusterCommand(kubeconfig, ["down"]);
        expect(gone.code, gone.stderr).toBe(0);
      }
      expect(differenceOf(before, await dumpCluster(api))).toEqual([]);
    },
  );
});
