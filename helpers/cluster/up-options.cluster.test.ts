/** Options of `up` that need more than an empty cluster: a volume, a server of the user's, a gVisor that is installed. */
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { describe, expect, test } from "vitest";
import { scratchFolder } from "../../reports/testing/scratch.ts";
import { noLocalServer, startPrivateServer } from "../services/mysql/test-server.ts";
import { cachedRunsc } from "../runtimes/binary.ts";
import { sha256OfFile } from "../base/sha256-of-file.ts";
import { resultsOf } from "../maintenance/evidence/bench-checks.ts";
import { type Cluster, connectCluster } from "./api/connect.ts";
import { removeObject } from "./api/objects.ts";
import { dumpCluster } from "./dump.ts";
import { differenceOf } from "./dump-text.ts";
import { type ClusterFacts, parseFacts } from "./facts.ts";
import { singleRunscPath } from "./runsc/builds.ts";
import { installGvisor } from "./testing/installed-gvisor.ts";
import { clusterCommand, imagesCommand } from "./testing/cluster-command.ts";
import { succeed } from "./testing/prepare-cluster.ts";
import { startSuite } from "./testing/suite-command.ts";
import { findFreeCluster, clusterTitle, type TestCluster } from "./testing/test-cluster.ts";
import { testNodeAddress, whyNotOurNode } from "./testing/test-node.ts";

const free = await findFreeCluster();
const reason = free.available ? await whyNotOurNode(free.kubeconfig) : undefined;
const cluster: TestCluster = reason === undefined ? free : { available: false, reason };

describe.skipIf(!cluster.available)(clusterTitle(cluster, "options of up"), () => {
  if (!cluster.available) return;
  const { kubeconfig } = cluster;
  const api = connectCluster(kubeconfig);

  const up = async (...options: readonly string[]): Promise<ClusterFacts> =>
    parseFacts(await succeed(clusterCommand(kubeconfig, ["up", "--json", ...options])));
  const measure = async (label: string): Promise<void> => {
    await succeed(imagesCommand(kubeconfig, ["load", "--variant", "vanilla"]));
    const root = await scratchFolder();
    const env = { KALIUM_ROUNDS: "5", KALIUM_PAUSE_MS: "0" };
    const { code, output } = await startSuite({ root, kubeconfig, label, env }).command.ended;
    expect(code, output).toBe(0);
    const { latency } = await resultsOf(root);
    const planned = latency.map((record) => record.blocks.filter(({ repeats }) => repeats === undefined)); // others: busy
    expect([latency.map((record) => record.label), planned]).toMatchObject([[label], [[{ block: 0 }, { block: 1 }]]]);
  };
  /** Runs `work`, then `down`, whatever has happened. @returns what then differs */
  const differencesAfter = async (work: () => Promise<void>): Promise<readonly string[]> => {
    const before = await dumpCluster(api);
    try {
      await work();
    } finally {
      await succeed(clusterCommand(kubeconfig, ["down"]));
    }
    return differenceOf(before, await dumpCluster(api));
  };

  test("--storage-class, --mysql-storage: the data is on a volume, and the claim goes with down", async () => {
    const name = "kalium-bench-test";
    await using volume = await makeVolume(api, name);
    const differences = await differencesAfter(async () => {
      const facts = await up("--mysql-image", "local", "--storage-class", name, "--mysql-storage", "1");
      expect(facts.mysql.storage).toBe("persistent-volume-claim");
      expect(await readdir(volume.folder)).toContain("ibdata1");
      expect(JSON.parse(await succeed(clusterCommand(kubeconfig, ["status", "--json"])))).toMatchObject({
        runs: [{ runId: facts.runId, isComplete: true, objects: { PersistentVolumeClaim: 1 } }],
      });
    });
    expect(differences.filter((line) => !line.includes(name))).toEqual([]); // Kubernetes writes into the volume itself
  });

  const title = "--mysql-url: a server of one's own is used, and left as it was";
  test.skipIf(noLocalServer !== undefined)(title, async () => {
    const network = { kind: "bridge", bridge: "", hostAddress: testNodeAddress, prefixLength: 24 } as const;
    await using theirs = await startPrivateServer({ network });
    const { endpoint, adminUser, adminPassword } = theirs.info;
    const login = { ...endpoint, user: adminUser, password: adminPassword };
    const differences = await differencesAfter(async () => {
      const facts = await up("--mysql-url", `mysql://${login.user}:${login.password}@${login.host}:${login.port}`);
      expect(facts.mysql).toMatchObject({ source: "url", via: "given", functionEndpoint: endpoint });
      await measure("product-catalog-api-products");
    });
    expect(differences).toEqual([]);
    const session = await createConnection(login);
    const [databases] = await session.query<RowDataPacket[]>("SHOW DATABASES LIKE 'kb%'");
    const [accounts] = await session.query<RowDataPacket[]>("SELECT user FROM mysql.user WHERE user LIKE 'kb%'");
    await session.end();
    expect([databases, accounts]).toEqual([[], []]);
  });

  test("--single-runsc: the node's own runsc is replaced, measured, and put back", async ({ skip }) => {
    const runsc = (await cachedRunsc()) ?? skip("no runsc; npm run setup");
    skip(existsSync(singleRunscPath), `${singleRunscPath} is there`);
    await using installed = await installGvisor(runsc);
    const differences = await differencesAfter(async () => {
      const facts = await up("--mysql-image", "local", "--single-runsc", runsc);
      const [gvisor] = facts.runtimes;
      expect(gvisor).toMatchObject({ runtimeClass: "gvisor", handler: "runsc", binary: singleRunscPath });
      expect(gvisor?.sha256).not.toBe(installed.sha256);
      expect(await sha256OfFile(singleRunscPath)).toBe(gvisor?.sha256);
      await measure("product-purchase-publish");
    });
    expect(differences).toEqual([]);
    expect(await sha256OfFile(singleRunscPath)).toBe(installed.sha256);
  });
});

interface Volume extends AsyncDisposable {
  /** Of this machine, which is the node. */
  readonly folder: string;
}

/** A storage class that nobody serves, and one volume of it. */
async function makeVolume(api: Cluster, name: string): Promise<Volume> {
  const folder = await mkdtemp(join(tmpdir(), "kalium-volume-"));
  const key = "kubernetes.io/hostname";
  const { items } = await api.core.listNode();
  const values = items.map(({ metadata }) => metadata?.labels?.[key] ?? "");
  const storageClass = {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name },
    provisioner: "kubernetes.io/no-provisioner",
    volumeBindingMode: "WaitForFirstConsumer",
  };
  const volume = {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name },
    spec: {
      capacity: { storage: "1Gi" },
      accessModes: ["ReadWriteOnce"],
      persistentVolumeReclaimPolicy: "Retain",
      storageClassName: name,
      local: { path: folder },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: "In", values }] }] } },
    },
  };
  for (const object of [storageClass, volume]) await api.objects.create(object);
  return {
    folder,
    [Symbol.asyncDispose]: async () => {
      for (const object of [volume, storageClass]) await removeObject(api, object, { timeoutMs: 30_000 });
      await rm(folder, { recursive: true });
    },
  };
}
