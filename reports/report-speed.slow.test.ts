import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { figureFunctions } from "./figures/figure-order.ts";
import { createResults, writeLatency } from "./records/store.ts";
import { scratchFolder } from "./testing/scratch.ts";
import { syntheticRecord, syntheticRunRecord } from "./testing/synthetic.ts";

const run = promisify(execFile);

test("a report of a million calls takes at most 10 s of processor time and 1 GB", async () => {
  const root = await scratchFolder();
  const folder = await createResults(root, syntheticRunRecord());
  let calls = 0;
  for (const [index, { label, starred }] of figureFunctions.entries()) {
    const ratios = { "gvisor-aa": 1, native: 0.6, runc: 0.7 };
    const record = syntheticRecord({ label, starred, ratios, blocks: 40, rounds: 368, seed: index });
    calls += record.samples.filter(({ phase }) => phase === "measured").length;
    await writeLatency(folder, record);
  }
  const script = fileURLToPath(new URL("testing/render-timed.ts", import.meta.url));
  const { stdout } = await run(process.execPath, [script, folder, join(root, "out")], { timeout: 120_000 });
  const { ms, processorMs, peakBytes } = JSON.parse(stdout) as Readonly<
    Record<"ms" | "processorMs" | "peakBytes", number>
  >;
  process.stdout.write(
    `report of ${calls} calls: ${seconds(ms)} s, ${seconds(processorMs)} s of processor time, ` +
      `${(peakBytes / 2 ** 20).toFixed(0)} MiB\n`,
  );
  expect(calls).toBeGreaterThan(1e6);
  expect(processorMs).toBeLessThan(10_000); // no less than the time it takes on a machine that does nothing else
  expect(peakBytes).toBeLessThan(1e9);
});

const seconds = (ms: number): string => (ms / 1e3).toFixed(1);
