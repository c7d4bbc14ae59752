/** Records of 10^5, 10^6 and 10^7 calls, the last with a journal of 2 GB: `npm run test:stats -- sizes`. */
import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { createResults, sealRun } from "./records/store.ts";
import { writeLargeJournal } from "./testing/large-journal.ts";
import { scratchFolder } from "./testing/scratch.ts";
import { syntheticRunRecord } from "./testing/synthetic.ts";

const run = promisify(execFile);

interface Taken {
  readonly processorMs: number;
  readonly peakBytes: number;
}

const timed = async (script: string, ...words: readonly string[]): Promise<Taken> => {
  const file = fileURLToPath(new URL(`testing/${script}`, import.meta.url));
  const { stdout } = await run(process.execPath, [file, ...words], { timeout: 3_000_000 });
  return JSON.parse(stdout) as Taken;
};

test(
  "what a function's record and its report take grows with its calls, to ten million",
  { timeout: 3_600_000 },
  async () => {
    const root = await scratchFolder();
    const seen: { readonly calls: number; readonly record: Taken; readonly report: Taken }[] = [];
    for (const calls of [1e5, 1e6, 1e7]) {
      const folder = await createResults(join(root, String(calls)), syntheticRunRecord());
      const { path, sha256, bytes } = writeLargeJournal(folder, calls);
      const record = await timed("accept-timed.ts", path, sha256);
      await sealRun(folder, { outcome: "passed" });
      const report = await timed("render-timed.ts", folder, join(root, "out"));
      seen.push({ calls, record, report });
      process.stdout.write(
        `${calls} calls, journal of ${(bytes / 1e6).toFixed(0)} MB: record ${inWords(record)}; report ${inWords(report)}\n`,
      );
      await rm(folder, { recursive: true });
    }
    const [, million, most] = seen;
    for (const part of ["record", "report"] as const) {
      const [before, after] = [million?.[part], most?.[part]];
      expect(after?.processorMs).toBeLessThan(20 * (before?.processorMs ?? 0)); // ten times the calls
      expect(after?.peakBytes).toBeLessThan(4.2e9); // what Node gives itself on a machine of 16 GB
    }
  },
);

const inWords = ({ processorMs, peakBytes }: Taken): string =>
  `${(processorMs / 1e3).toFixed(1)} s of processor time, ${(peakBytes / 2 ** 20).toFixed(0)} MiB`;
