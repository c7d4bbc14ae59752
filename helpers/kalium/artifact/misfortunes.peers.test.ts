/** What the artifact's programs were seen to do in hours of use; each costs no more than the block it falls into. */
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { expectNothingLeft, resultsOf, runIdsOf } from "../../maintenance/evidence/bench-checks.ts";
import { processesOf } from "../../maintenance/evidence/bench-command.ts";
import { isBusyMachine, startBench } from "./testing/stand-in-bench.ts";
import { standInMark } from "./testing/stand-in-build.ts";
import type { Fate } from "./testing/stand-in-guard.ts";
import { whyNoStandIns } from "./testing/stand-in-machine.ts";
import type { Pod } from "./testing/stand-in-pods.ts";

const label = "product-purchase-getprice";

/** The nth pod of a function has a fate, by the names that their pods have. */
function fates(of: Readonly<Record<string, readonly [nth: number, Fate]>>): (pod: Pod) => Fate | undefined {
  const met = new Map<string, number>();
  return ({ hostName }) => {
    const name = hostName.split("-").slice(0, -2).join("-");
    const count = met.get(name) ?? 0;
    met.set(name, count + 1);
    return of[name]?.[0] === count ? of[name][1] : undefined;
  };
}

/** Texts of all files below a folder, by the path in it. */
async function textsBelow(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
  return new Map(
    await Promise.all(
      paths.map(async (path) => [path.slice(folder.length + 1), await readFile(path, "utf8")] as const),
    ),
  );
}

test(
  "a lost call to the empty function costs a floor, a seclambda that ends by itself a block; both leave evidence",
  { timeout: 3_600_000 },
  async ({ skip }) => {
    const reason = await whyNoStandIns();
    if (reason !== undefined) skip(reason);
    const fate = fates({
      empty: [0, { kind: "hangs", afterWrites: 4 }],
      "product-purchase-2-get-price": [1, { kind: "loses-seclambda", afterWrites: 25 }],
    });
    const env = {
      KALIUM_SYSTEMS: "gvisor-stock,kalium-artifact",
      KALIUM_BASELINE: "kalium-artifact", // the floors' empty function is guarded, too
      KALIUM_BLOCKS: "3",
      KALIUM_ROUNDS: "10",
      KALIUM_CALL_TIMEOUT_MS: "10000",
    };
    const { root, bench } = await startBench(label, env, fate);
    await bench.until("sandboxes", async () => (await runIdsOf(root)).length > 0);
    const [runId = ""] = await runIdsOf(root);
    const pids = await processesOf(root);
    const { code, output } = await bench.ended;
    expect(code, output).toBe(0);

    const { folder, latency } = await resultsOf(root);
    const [{ flags = [], floors = [], samples, voids = [], blocks } = { samples: [], blocks: [] }] = latency;
    const later = blocks.filter(({ block }) => block > 0).map(({ block }) => block);
    expect(blocks).toContainEqual(expect.objectContaining({ repeats: 1 }));
    const lost = flags.filter(({ kind }) => kind === "floor-lost");
    expect(lost).toMatchObject([
      { block: 0, detail: expect.stringContaining("gateway: the empty function") as unknown },
      { block: 0, detail: expect.stringContaining("instance: the empty function") as unknown },
    ]);
    expect(floors.map(({ name, block }) => `${block} ${name}`)).toEqual([
      "0 tcp-echo",
      ...later.flatMap((block) => ["gateway", "instance", "tcp-echo"].map((name) => `${block} ${name}`)),
    ]);
    const ours = voids.filter((entry) => !isBusyMachine(entry));
    expect(ours.length).toBeGreaterThan(0);
    for (const { system, block, reason: why } of ours) {
      expect([system, block]).toEqual(["kalium-artifact", 1]);
      expect(why).toMatch(/lost its seclambda|died before the end of the block/);
    }
    for (const { system, block } of samples.filter(({ outcome }) => outcome !== "ok")) {
      expect([system, block]).toEqual(["kalium-artifact", 1]);
    }

    // The evidence of both: the logs of the pods, and the last words of the one that ended by itself.
    const [floor, block] = await Promise.all(
      [0, 1].map((index) => textsBelow(join(folder, "boot", label, `void-${index}`))),
    );
    expect([...(floor?.keys() ?? [])].some((path) => path.startsWith("runsc/") && path.includes(".boot"))).toBe(true);
    const words = [...(block ?? [])].filter(([path]) => path.startsWith("seclambda/")).map(([, text]) => text);
    expect(words.join("")).toContain("ends after 25 events");
    expect([...(block?.values() ?? [])].join("")).toContain(`Version ${standInMark}`);
    await expectNothingLeft(root, runId, pids);
  },
);
