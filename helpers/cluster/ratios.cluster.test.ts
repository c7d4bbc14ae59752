/** The same function, systems and seed on the test cluster and on this machine: what a system costs is the same on both. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { scratchFolder } from "../../reports/testing/scratch.ts";
import { startCommand, whyNoBench } from "../maintenance/evidence/bench-command.ts";
import { clusterCommand } from "./testing/cluster-command.ts";
import { prepareCluster, succeed } from "./testing/prepare-cluster.ts";
import { clusterTitle, findFreeCluster } from "./testing/test-cluster.ts";

const cluster = await findFreeCluster();
const noBench = await whyNoBench();
const label = "product-purchase-publish";
const compared = ["gvisor-aa", "runc", "kalium"];
/** A claim needs 5 blocks; some more, because a busy machine voids some. */
const settings = {
  ...{ KALIUM_SYSTEMS: ["gvisor", ...compared].join(), KALIUM_SEED: "7", KALIUM_METRICS: "latency" },
  ...{ KALIUM_BLOCKS: "6", KALIUM_ROUNDS: "10", KALIUM_WARMUP: "3", KALIUM_PAUSE_MS: "0" },
};

const figureSchema = z.object({
  cells: z.array(
    z.object({ system: z.string(), interval: z.object({ low: z.number(), high: z.number() }).optional() }),
  ),
});
type Interval = NonNullable<z.infer<typeof figureSchema>["cells"][number]["interval"]>;

describe.skipIf(!cluster.available || noBench !== undefined)(
  clusterTitle(cluster, `ratios on both platforms ${noBench ?? ""}`),
  () => {
    if (!cluster.available) return;
    const { kubeconfig } = cluster;
    beforeAll(() => prepareCluster(kubeconfig));
    afterAll(() => succeed(clusterCommand(kubeconfig, ["down"])));

    const measure = async (platform: Readonly<Record<string, string>>): Promise<ReadonlyMap<string, Interval>> => {
      const root = await scratchFolder();
      const suite = ["npx", "vitest", "run", "suites/kalium", "-t", label] as const;
      const { code, output } = await startCommand(root, suite, {
        env: { ...settings, ...platform },
        timeoutMs: 1_500_000,
      }).ended;
      expect(code, output).toBe(0);
      const { cells } = figureSchema.parse(JSON.parse(await readFile(join(root, "out", "figure-8.json"), "utf8")));
      return new Map(cells.flatMap(({ system, interval }) => (interval === undefined ? [] : [[system, interval]])));
    };

    test("the intervals of every system overlap", { timeout: 3_600_000 }, async ({ annotate }) => {
      const here = await measure({ KALIUM_PLATFORM: "local" });
      const there = await measure({ KALIUM_PLATFORM: "kubernetes", KALIUM_KUBECONFIG: kubeconfig });
      expect([...here.keys()].toSorted(), "systems with an interval here").toEqual(compared.toSorted());
      expect([...there.keys()].toSorted(), "systems with an interval on the cluster").toEqual(compared.toSorted());
      for (const [system, { low, high }] of here) {
        const other = there.get(system);
        const both = `${system}: ${low} to ${high} here, ${other?.low} to ${other?.high} on the cluster`;
        expect(other !== undefined && other.low <= high && low <= other.high, both).toBe(true);
        await annotate(both);
      }
    });
  },
);
