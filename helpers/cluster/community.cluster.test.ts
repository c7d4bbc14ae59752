/** A provider that ignores profiles and always pulls, on the test cluster: no function ever runs outside its runtime. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scratchFolder } from "../../reports/testing/scratch.ts";
import { startCommand } from "../maintenance/evidence/bench-command.ts";
import { resultsOf } from "../maintenance/evidence/bench-checks.ts";
import { connectCluster } from "./api/connect.ts";
import { dumpCluster } from "./dump.ts";
import { differenceOf } from "./dump-text.ts";
import { clusterCommand, imagesCommand } from "./testing/cluster-command.ts";
import { installCommunityGateway } from "./testing/community-gateway.ts";
import { succeed } from "./testing/prepare-cluster.ts";
import { findFreeCluster, testClusterFolder, clusterTitle } from "./testing/test-cluster.ts";
import { watchRuntimes, type WatchedRuntimes } from "./testing/watch-runtimes.ts";

const cluster = await findFreeCluster();
const isOurs = cluster.available && existsSync(join(testClusterFolder(), "cache/bin/ctr"));

describe.skipIf(!isOurs)(clusterTitle(cluster, "OpenFaaS' community edition"), () => {
  if (!cluster.available) return;
  const { kubeconfig } = cluster;
  const api = connectCluster(kubeconfig);
  const stack = new AsyncDisposableStack();
  let before = "";
  let watched: WatchedRuntimes | undefined;

  beforeAll(async () => {
    stack.use(await installCommunityGateway(api));
    before = await dumpCluster(api);
    watched = stack.use(await watchRuntimes(api));
    const options = ["--mysql-image", "local", "--mysql-storage", "0", "--gateway", "openfaas"];
    await succeed(clusterCommand(kubeconfig, ["up", ...options]));
    await succeed(imagesCommand(kubeconfig, ["load", "--variant", "vanilla"]));
  }, 900_000);
  afterAll(async () => {
    try {
      await succeed(clusterCommand(kubeconfig, ["down"]));
      expect(differenceOf(before, await dumpCluster(api))).toEqual([]);
    } finally {
      await stack.disposeAsync();
    }
  }, 600_000);

  test("doctor says that it always pulls, and what runs do about it", async () => {
    const { stdout } = await clusterCommand(kubeconfig, ["doctor"]);
    expect(stdout).toMatch(/faas-netes-ce.*ignores com\.openfaas\.profile/);
    expect(stdout).toMatch(/always pulls, which needs a registry/);
  });

  test("a guarded function is measured without a registry, and every pod has its runtime from the start", async () => {
    const root = await scratchFolder();
    const settings = {
      ...{
        KALIUM_PLATFORM: "kubernetes",
        KALIUM_KUBECONFIG: kubeconfig,
        KALIUM_SYSTEMS: "gvisor,gvisor-aa,runc,kalium",
      },
      ...{ KALIUM_BLOCKS: "2", KALIUM_ROUNDS: "5", KALIUM_WARMUP: "2", KALIUM_PAUSE_MS: "0" },
    };
    const suite = ["npx", "vitest", "run", "suites/kalium", "-t", "product-purchase-authorize-cc"] as const;
    const outcome = await startCommand(root, suite, { env: settings, timeoutMs: 900_000 }).ended;
    expect(outcome.code, outcome.output).toBe(0);
    const [latency] = (await resultsOf(root)).latency;
    expect((latency?.voids ?? []).filter(({ cause }) => cause !== "machine")).toEqual([]);
    expect(watched?.started()).toBeGreaterThan(8);
    expect(watched?.outside()).toEqual([]);
    expect(watched?.restarted()).toEqual([]);
  }, 1_000_000);

  test("more functions at a time than the edition allows are refused before anything starts", async () => {
    const settings = {
      KALIUM_PLATFORM: "kubernetes",
      KALIUM_KUBECONFIG: kubeconfig,
      KALIUM_SYSTEMS: "gvisor,gvisor-aa,runc,kalium",
    };
    const suite = ["npx", "vitest", "run", "suites/kalium", "-t", "product-master-photos"] as const;
    const startedBefore = watched?.started();
    const outcome = await startCommand(await scratchFolder(), suite, { env: settings, timeoutMs: 300_000 }).ended;
    expect(outcome.code, outcome.output).not.toBe(0);
    expect(watched?.started()).toBe(startedBefore);
    expect(outcome.output).toContain(
      "E_CLUSTER: the gateway allows 15 functions at once, and a block of product-master-photos needs 17",
    );
  }, 400_000);
});
