import { readFile, rm, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { bootLogTable, measureBootLog } from "./boot-log.ts";
import { writeBootLog } from "./boot-log-file.ts";
import { runMeasured } from "./run-measured.ts";

const scratch = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), "kb-perf-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

test("both read the same log to the same mean, and what they take is measured", async () => {
  const report = await measureBootLog({ logBytes: 4e6, rounds: 1, seed: 3 });
  expect(report.bytes).toBeGreaterThan(3.9e6);
  expect(report.calls).toBeGreaterThan(10_000);
  expect(report.ours.wallMs).toBeGreaterThan(0);
  expect(report.ours.peakBytes).toBeGreaterThan(30e6);
  expect(bootLogTable(report)).toMatch(/kalium-bench syscalls --json +\d/);
  if (report.artifact !== undefined) expect(report.ratio?.wall).toBeGreaterThan(0);
});

test("the generated log has the size and the calls it says, and the same seed gives the same bytes", async () => {
  const folder = await scratch();
  const [one, two] = [join(folder, "one"), join(folder, "two")];
  const { calls, bytes } = await writeBootLog(one, 1e6, 7);
  await writeBootLog(two, 1e6, 7);
  const text = await readFile(one, "utf8");
  expect(text).toBe(await readFile(two, "utf8"));
  expect(Buffer.byteLength(text)).toBe(bytes);
  expect(text.match(/\[GETEValidateWriteMeasure\]/g)).toHaveLength(calls);
});

test("the peak is the most that a program held at once, its time its own", async () => {
  const output = join(await scratch(), "out");
  const script =
    "const held = Buffer.alloc(150e6, 1); const end = Date.now() + 200; while (Date.now() < end); console.log(held.length)";
  const { peakBytes, wallMs, cpuMs } = await runMeasured([process.execPath, "-e", script], {
    output,
    timeoutMs: 30_000,
  });
  expect(peakBytes).toBeGreaterThan(150e6);
  expect(wallMs).toBeGreaterThan(200);
  expect(cpuMs).toBeGreaterThan(0);
  expect(await readFile(output, "utf8")).toBe("150000000\n");
});

test("a program that fails, is absent or hangs is an error that names it", async () => {
  const output = join(await scratch(), "out");
  await expect(runMeasured(["sh", "-c", "echo why >&2; exit 3"], { output, timeoutMs: 30_000 })).rejects.toThrow("why");
  await expect(runMeasured(["/nowhere/program"], { output, timeoutMs: 30_000 })).rejects.toThrow("/nowhere/program");
  await expect(runMeasured(["sleep", "60"], { output, timeoutMs: 50 })).rejects.toThrow("longer than 50 ms");
});
