/** `up` and `down` as commands on a real cluster. They need it for themselves, so a run that is up is left alone. */
import { beforeAll, describe, expect, test } from "vitest";
import { seededRandom } from "../../reports/stats/random.ts";
import { connectCluster } from "./api/connect.ts";
import { dumpCluster } from "./dump.ts";
import { differenceOf } from "./dump-text.ts";
import { parseFacts } from "./facts.ts";
import { nodeLogFolder } from "./names.ts";
import { clusterCommand } from "./testing/cluster-command.ts";
import { findFreeCluster, clusterTitle } from "./testing/test-cluster.ts";

const cluster = await findFreeCluster();

const up = ["up", "--json", "--mysql-image", "local", "--mysql-storage", "0"];
/** Kills per test; more by CRASHES. */
const kills = Number(process.env["CRASHES"] ?? 2);
const seed = Number(process.env["CRASH_SEED"] ?? Date.now() % 1_000_000);

describe.skipIf(!cluster.available)(clusterTitle(cluster, "cluster up and down"), () => {
  const kubeconfig = cluster.available ? cluster.kubeconfig : "";
  const dump = (): Promise<string> => dumpCluster(connectCluster(kubeconfig));
  let before = "";
  let upMs = 60_000;

  beforeAll(async () => {
    before = await dump();
  });

  test("up gives facts, a second one changes nothing, down leaves no difference", { timeout: 900_000 }, async () => {
    const startedAt = performance.now();
    const first = await clusterCommand(kubeconfig, up);
    upMs = performance.now() - startedAt;
    expect(first, first.stderr).toMatchObject({ code: 0 });
    const facts = parseFacts(first.stdout);
    expect(facts.runtimes.map(({ runtime }) => runtime)).toEqual(["gvisor", "runc"]);
    const between = await dump();
    const second = await clusterCommand(kubeconfig, ["up", "--json", "--mysql-storage", "0"]); // the image that runs
    expect(second, second.stderr).toMatchObject({ code: 0 });
    expect(parseFacts(second.stdout)).toEqual({ ...facts, createdAt: expect.any(String) as string });
    const changes = differenceOf(between, await dump());
    const expected = ["kalium-bench-facts", nodeLogFolder]; // they have a date; trials of the classes are logged
    expect(changes.filter((line) => !expected.some((word) => line.includes(word)))).toEqual([]);
    const gone = await clusterCommand(kubeconfig, ["down"]);
    expect(gone, gone.stderr).toMatchObject({ code: 0 });
    expect(differenceOf(before, await dump())).toEqual([]);
    expect(await clusterCommand(kubeconfig, ["down"])).toMatchObject({ code: 0, stdout: "nothing to remove\n" });
    process.stdout.write(`up: ${Math.round(upMs)} ms\n`);
  });

  test(`up killed at ${kills} random moments: down leaves no difference`, { timeout: 3_600_000 }, async () => {
    const random = seededRandom(seed);
    for (let index = 0; index < kills; index++) {
      const killAfterMs = Math.round(1_000 + random() * upMs);
      process.stdout.write(`seed ${seed}: killed after ${killAfterMs} ms\n`);
      await clusterCommand(kubeconfig, up, { killAfterMs });
      const gone = await clusterCommand(kubeconfig, ["down"]);
      expect(gone, gone.stderr).toMatchObject({ code: 0 });
      expect(differenceOf(before, await dump()), `killed after ${killAfterMs} ms`).toEqual([]);
    }
  });
});
