import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { latestResults, readResults } from "../../../reports/records/store.ts";
import { scratchFolder } from "../../../reports/testing/scratch.ts";
import { expectNothingLeft, runIdsOf } from "../../maintenance/evidence/bench-checks.ts";
import { processesOf, startCommand, whyNoBench } from "../../maintenance/evidence/bench-command.ts";

const reason = await whyNoBench();
const label = "product-purchase-publish";
const density = ["helpers/cli/kalium-bench", "density"] as const;

test.skipIf(reason)(
  `npm run density reads idle instances under each system, and leaves nothing ${reason ?? ""}`,
  { timeout: 900_000 },
  async () => {
    const root = await scratchFolder();
    const command = startCommand(root, [...density, "--systems", "native,runc", "--instances", "3"], {
      env: { KALIUM_PROFILE: "smoke", KALIUM_SYSTEMS: "", KALIUM_BLOCKS: "2" },
    });
    await command.until("the first instances to start", () => Promise.resolve(/idle instances/.test(command.output())));
    const [runId = ""] = await runIdsOf(root);
    const pids = await processesOf(root);
    const { code, output } = await command.ended;
    expect(code, output).toBe(0);
    const { density: records = [], run } = await readResults(await latestResults(join(root, "results")));
    const [record] = records;
    expect([records.length, record?.label, run.outcome]).toEqual([1, label, "passed"]);
    const order = record?.series.map(({ system, block, position }) => [block, position, system]);
    expect(order?.map(([block]) => block)).toEqual([0, 0, 1, 1]);
    expect(order?.slice(2).map(([, , system]) => system)).toEqual(
      order
        ?.slice(0, 2)
        .map(([, , system]) => system)
        .reverse(),
    );
    for (const series of record?.series ?? []) {
      expect(series.startsNs).toHaveLength(3);
      expect(series.points.map(({ instances, instanceBytes }) => [instances, instanceBytes?.length])).toEqual([
        [1, 1],
        [2, 2],
        [3, 3],
      ]);
      for (const { instanceBytes = [] } of series.points) expect(Math.min(...instanceBytes)).toBeGreaterThan(5e6);
    }
    expect(record?.proofs.map(({ system, block }) => `${system} ${block}`).sort()).toEqual([
      "native 0",
      "native 1",
      "runc 0",
      "runc 1",
    ]);
    await expectNothingLeft(root, runId, pids);
  },
);

test.skipIf(reason)(
  `Ctrl-C ends it, keeps whole series and removes the instances ${reason ?? ""}`,
  { timeout: 900_000 },
  async () => {
    const root = await scratchFolder();
    const command = startCommand(root, [...density, label, "--instances", "8"], {
      env: { KALIUM_SYSTEMS: "native,native-aa", KALIUM_BLOCKS: "9" },
    });
    const named = (system: string) => (): Promise<boolean> =>
      Promise.resolve(new RegExp(`idle instances under ${system}$`, "m").test(command.output()));
    await command.until("both systems to have their turn", async () => {
      const turns = await Promise.all(["native", "native-aa"].map((system) => named(system)()));
      return turns.every(Boolean);
    });
    const [runId = ""] = await runIdsOf(root);
    const pids = await processesOf(root);
    command.signal("SIGINT");
    const { code, output } = await command.ended;
    expect(code, output).toBe(130);
    const [folder = ""] = await readdir(join(root, "results"));
    const { density: records = [], run } = await readResults(join(root, "results", folder));
    expect(run.outcome).toBe("interrupted");
    expect(records[0]?.series).toHaveLength(1);
    expect(records[0]).not.toHaveProperty("endedAt");
    expect(records[0]?.series[0]?.startsNs).toHaveLength(8);
    expect(await readdir(join(root, "out"))).toContain("density.html");
    await expectNothingLeft(root, runId, pids);
  },
);

test.skipIf(reason)(
  `an instance that cannot start ends it with the reason, and nothing is left ${reason ?? ""}`,
  { timeout: 900_000 },
  async () => {
    const root = await scratchFolder();
    const command = startCommand(root, [...density, "--instances", "2"], {
      env: { KALIUM_PROFILE: "smoke", KALIUM_READY_TIMEOUT_MS: "1" },
    });
    await command.until("the first instance to start", () => Promise.resolve(/idle instances/.test(command.output())));
    const [runId = ""] = await runIdsOf(root);
    const pids = await processesOf(root);
    const { code, output } = await command.ended;
    expect(code, output).toBeGreaterThan(0);
    expect(output).toMatch(/^KaliumError: .*native-product-purchase-4-publish-1/m);
    expect(output).toMatch(/^kalium-bench: E_(TIMEOUT|DEPLOY): /m);
    await expectNothingLeft(root, runId, pids);
  },
);
