import { describe, expect, test } from "vitest";
import { connectCluster } from "../api/connect.ts";
import { applyObject, removeObject } from "../api/objects.ts";
import { findTestCluster, titleOf, type TestCluster } from "../testing/test-cluster.ts";
import { currentRun } from "../up/run-marks.ts";
import { systemNamespaceManifest } from "./agent-manifest.ts";
import { startNodeAgents } from "./agents.ts";
import { inspectContainerd, restartContainerd } from "./containerd.ts";
import { nodeFileDigest, readNodeFile } from "./node-files.ts";
import { openJournal, readNodeRecord, removeFolders, restoreFiles } from "./node-journal.ts";

const found = await findTestCluster();
const busy = found.available ? await currentRun(connectCluster(found.kubeconfig)) : undefined;
const cluster: TestCluster =
  busy === undefined ? found : { available: false, reason: `run ${busy} is up; npm run cluster -- down` };

describe.skipIf(!cluster.available)(titleOf(cluster, "a containerd that does not come back"), () => {
  test("gets its own configuration again, from the node itself", async () => {
    const api = connectCluster(cluster.available ? cluster.kubeconfig : "");
    const namespace = systemNamespaceManifest("restart-test");
    await applyObject(api, namespace);
    try {
      const { items } = await api.core.listNode();
      await using agents = await startNodeAgents(api, { runId: "restart-test", nodes: items.slice(0, 1) });
      const shell = agents.shells[0] ?? expect.fail();
      const containerd = await inspectContainerd(shell);
      const before = await readNodeFile(shell, containerd.configPath);
      const journal = await openJournal(shell, "restart-test");
      await journal.replaceFile(containerd.configPath, { text: "version = [" }, "keep");
      const wayBack = journal.record.changes.map(({ path, backup }) => ({ path, backup }));
      await expect(restartContainerd(shell, containerd, wayBack, { limitSeconds: 10 })).rejects.toThrow(
        /node \S+: containerd did not answer within 10 s[^]*cluster -- down/,
      );
      expect(await readNodeFile(shell, containerd.configPath)).toBe(before);
      expect((await inspectContainerd(shell)).pid).not.toBe(containerd.pid);
      await restoreFiles(shell, (await readNodeRecord(shell)) ?? expect.fail());
      await removeFolders(shell);
      expect(await nodeFileDigest(shell, "/var/lib/kalium-bench/manifest.json")).toBeUndefined();
    } finally {
      await removeObject(api, namespace, { timeoutMs: 120_000 });
    }
  });
});
