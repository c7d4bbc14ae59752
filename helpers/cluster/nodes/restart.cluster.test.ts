import { beforeAll, describe, expect, test } from "vitest";
import { connectCluster } from "../api/connect.ts";
import { applyObject, removeObject } from "../api/objects.ts";
import { findTestCluster, clusterTitle, type TestCluster } from "../testing/test-cluster.ts";
import { currentRun } from "../up/run-marks.ts";
import { systemNamespaceManifest } from "./agent-manifest.ts";
import { startNodeAgents } from "./agents.ts";
import { inspectContainerd } from "./containerd.ts";
import { nodeFileDigest, readNodeFile } from "./node-files.ts";
import { openNodeJournal, readNodeRecord, removeFolders, restoreFiles } from "./node-journal.ts";
import { restartContainerd } from "./restart-containerd.ts";

const found = await findTestCluster();
const busy = found.available ? await currentRun(connectCluster(found.kubeconfig)) : undefined;
const cluster: TestCluster =
  busy === undefined ? found : { available: false, reason: `run ${busy} is up; npm run cluster -- down` };

describe.skipIf(!cluster.available)(clusterTitle(cluster, "containerd, started again"), () => {
  const api = connectCluster(cluster.available ? cluster.kubeconfig : "");
  const namespace = systemNamespaceManifest("restart-test");

  /** Tries a changed text as the node's configuration and puts everything back; the outcome, and what it left. */
  const tryConfig = async (change: (before: string) => string, limitSeconds: number) => {
    const { items } = await api.core.listNode();
    await using agents = await startNodeAgents(api, { runId: "restart-test", nodes: items.slice(0, 1) });
    const shell = agents.shells[0] ?? expect.fail();
    const before = await inspectContainerd(shell);
    const text = (await readNodeFile(shell, before.configPath)) ?? expect.fail();
    const journal = await openNodeJournal(shell, "restart-test");
    try {
      await journal.replaceFile(before.configPath, { text: change(text) }, "keep");
      const wayBack = journal.record.changes.map(({ path, backup }) => ({ path, backup }));
      const error = await restartContainerd(shell, before, wayBack, { limitSeconds }).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      const after = await inspectContainerd(shell);
      const isChanged = (await readNodeFile(shell, before.configPath)) !== text;
      return { error, isChanged, isNew: after.pid !== before.pid };
    } finally {
      const record = (await readNodeRecord(shell)) ?? expect.fail();
      await restoreFiles(shell, record);
      await restartContainerd(shell, await inspectContainerd(shell), []);
      await removeFolders(shell);
      expect(await nodeFileDigest(shell, "/var/lib/kalium-bench/manifest.json")).toBeUndefined();
    }
  };

  beforeAll(async () => {
    await applyObject(api, namespace);
    return () => removeObject(api, namespace, { timeoutMs: 120_000 });
  });

  test("has a configuration that it can read", async () => {
    const { error, isChanged, isNew } = await tryConfig((before) => `${before}# restart-test\n`, 60);
    expect([error, isChanged, isNew]).toEqual([undefined, true, true]);
  });

  test("gets its own one again from the node itself when it does not come back", async () => {
    const { error, isChanged, isNew } = await tryConfig(() => "version = [", 10);
    expect(error).toMatchObject({
      code: "E_CLUSTER",
      message: expect.stringMatching(/did not answer within 10 s[^]*cluster -- down/) as string,
      details: { outcome: "restored" },
    });
    expect([isChanged, isNew]).toEqual([false, true]);
  });
});
