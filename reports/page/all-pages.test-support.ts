/** A page of every kind, drawn from synthetic records. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { compareRuns } from "../compare/compare-runs.ts";
import { comparisonPage } from "../compare/page.ts";
import {
  createResults,
  writeAccuracy,
  writeCallCounts,
  writeDensity,
  writeLoad,
  writeSyscalls,
  writeSystemCalls,
} from "../records/store.ts";
import type { SyscallRecord } from "../records/syscall-record.ts";
import { renderReport } from "../render.ts";
import { syntheticAccuracy } from "../testing/synthetic-accuracy.ts";
import { syntheticDensity } from "../testing/synthetic-density.ts";
import { syntheticLoad } from "../testing/synthetic-load.ts";
import { type TruePrice, withPrice } from "../testing/synthetic-price.ts";
import { syntheticCounts, syntheticOperations } from "../testing/synthetic-why.ts";
import { syntheticRecord, syntheticRunRecord, writeSyntheticRecord } from "../testing/synthetic.ts";

/** Of `drawAllPages`. */
export const allPages = [
  ...["report.html", "load.html", "density.html", "accuracy.html", "why.html", "system-calls.html", "systems.html"],
  "compare.html",
] as const;

const gvisor: TruePrice = { cpuMs: 9, idle: 40, memoryMb: 40, startMs: 500 };
const truePrices: Readonly<Record<string, TruePrice>> = {
  ...{ gvisor, "gvisor-aa": gvisor },
  native: { cpuMs: 4.5, idle: 0, memoryMb: 20, startMs: 250, kilobytes: 10 },
  kalium: { cpuMs: 13.5, idle: 60, memoryMb: 40, startMs: 500, kilobytes: 30 },
};
const times = Array.from({ length: 20 }, (_, at) => 200_000 + 1_000 * at);
const timed = {
  controller: times,
  checkTotal: times.map((ns) => ns + 5_000),
  syscallTotal: times.map((ns) => ns + 9_000),
};
const guardedCalls: SyscallRecord = {
  schema: "kalium-bench/syscalls@1",
  ...{ runId: "20261124T030000Z-0000000", name: "guard", source: "embedded-guard", producer: "embedded guard" },
  ...{ system: "kalium", function: "product-purchase-publish", calls: { write: timed, sendmsg: timed } },
};

/** @returns the folders of the records and of the pages, both below `folder` */
export async function drawAllPages(folder: string): Promise<{ readonly results: string; readonly out: string }> {
  const out = join(folder, "out");
  const results = await createResults(join(folder, "results"), syntheticRunRecord());
  const ratios = { "gvisor-aa": 1, native: 0.5, kalium: 1.5 };
  await writeSyntheticRecord(results, withPrice(syntheticRecord({ ratios, baselineMs: 2, blocks: 6 }), truePrices));
  await writeSyscalls(results, guardedCalls);
  await writeSystemCalls(results, syntheticOperations());
  await writeCallCounts(results, syntheticCounts);
  await writeLoad(results, syntheticLoad({ capacities: { kalium: 30 } }));
  await writeDensity(results, syntheticDensity());
  await writeAccuracy(results, syntheticAccuracy());
  await renderReport(results, out);
  const side = (seed: number, native: number) => ({
    ...{ folder: "somewhere", run: syntheticRunRecord({ runId: `run-${seed}` }) },
    ...{ syscalls: [], load: [], recovered: [] },
    latency: [syntheticRecord({ seed, blocks: 6, ratios: { native } })],
  });
  await writeFile(join(out, "compare.html"), await comparisonPage(compareRuns(side(1, 0.5), side(2, 0.7))));
  return { results, out };
}
