import { spawnSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { RecordError } from "../records/record-error.ts";
import { scratchFolder } from "../testing/scratch.ts";
import { recordFromLogs } from "./log-record.ts";
import { readBootLogs } from "./read-logs.ts";

const line = (micros: number): string =>
  `I0619 12:00:00.000001       1 log.go:265] [GETEValidateWriteMeasure] ${micros}µs:90ns:4µs:1ms:20µs:1.1ms:1.2ms\n`;
const otherLine = "I0619 12:00:00.000001       1 log.go:265] Starting application\n";

const firstColumn = async (paths: readonly string[]): Promise<number[]> => {
  const values: number[] = [];
  (await readBootLogs(paths)).series[0]?.calls.forEach(([ns = NaN]) => values.push(ns));
  return values;
};
const failure = async (paths: readonly string[]): Promise<string> => {
  const error: unknown = await readBootLogs(paths).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RecordError);
  return (error as RecordError).message;
};
const xz = (file: string, ...options: readonly string[]) => spawnSync("xz", ["-k", ...options, file]);
const noXz = spawnSync("xz", ["--version"]).status !== 0;

test("a folder's logs are those of several sandboxes, rotated parts in the order they were written", async () => {
  const folder = await scratchFolder();
  await mkdir(join(folder, "pod-2"));
  await writeFile(join(folder, "a.boot"), line(4) + line(5));
  await writeFile(join(folder, "a.boot.1"), line(3) + "I0619 12:00:00.000001       1 log.go:265] [GETEValidateWri");
  await writeFile(join(folder, "a.boot.10.gz"), gzipSync(line(1) + line(2)));
  await writeFile(join(folder, "a.gofer"), line(99));
  await writeFile(join(folder, "pod-2", "b.boot"), otherLine + line(6));
  const { logs, series } = await readBootLogs([folder]);
  expect(await firstColumn([folder])).toEqual([1_000, 2_000, 3_000, 4_000, 5_000, 6_000]);
  expect(logs.map(({ name, lines, malformed }) => [name.endsWith("a.boot"), lines, malformed.count])).toEqual([
    [true, 6, 0],
    [false, 2, 0],
  ]);
  expect(series.map(({ name, calls }) => [name, calls.length])).toEqual([
    ["write", 6],
    ["sendmsg", 0],
    ["encrypt", 0],
  ]);
});

test("a file that is named twice, or beside its folder, counts once; packed and unpacked together are refused", async () => {
  const folder = await scratchFolder();
  await writeFile(join(folder, "a.boot"), line(1));
  expect(await firstColumn([folder, join(folder, "a.boot"), join(folder, ".", "a.boot")])).toEqual([1_000]);
  await writeFile(join(folder, "a.boot.gz"), gzipSync(line(1)));
  expect(await failure([folder])).toMatch(/a\.boot.* are the same part of a log[^]*counted twice/);
});

test("a packed log is known by its bytes, whatever its name", async () => {
  const folder = await scratchFolder();
  await writeFile(join(folder, "one.boot"), Buffer.concat([gzipSync(line(1)), gzipSync(line(2))]));
  expect(await firstColumn([join(folder, "one.boot")])).toEqual([1_000, 2_000]);
});

test.skipIf(noXz)("xz is unpacked, streams one after the other too", async () => {
  const folder = await scratchFolder();
  const file = join(folder, "a.boot");
  await writeFile(file, line(1) + otherLine.repeat(50_000) + line(2));
  xz(file);
  const packed = await readFile(`${file}.xz`);
  await writeFile(join(folder, "two.xz"), Buffer.concat([packed, packed]));
  expect(await firstColumn([`${file}.xz`])).toEqual([1_000, 2_000]);
  expect(await firstColumn([join(folder, "two.xz")])).toEqual([1_000, 2_000, 1_000, 2_000]);
});

test("a packed log that ends early is read up to there, and said to be cut", async () => {
  const folder = await scratchFolder();
  const noise = Array.from({ length: 20_000 }, (_, index) => `${(index * 7_919) % 10_007}\n`).join("");
  const plain = join(folder, "a.boot");
  await writeFile(plain, line(1) + noise + line(2));
  const files = [join(folder, "cut.gz"), ...(noXz ? [] : [join(folder, "cut.xz")])];
  await writeFile(files[0] ?? "", gzipSync(await readFile(plain)).subarray(0, -2_000));
  if (!noXz) {
    xz(plain);
    await writeFile(files[1] ?? "", (await readFile(`${plain}.xz`)).subarray(0, -2_000));
  }
  for (const file of files) {
    const { logs, series } = await readBootLogs([file]);
    expect(logs[0]?.cutShort).toHaveLength(1);
    expect(series[0]?.calls).toHaveLength(1);
  }
});

test("a damaged packed log is an error that names the command to unpack it", async () => {
  const folder = await scratchFolder();
  const magic = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]);
  await writeFile(join(folder, "a.xz"), Buffer.concat([magic, Buffer.alloc(5_000, 7)]));
  await writeFile(join(folder, "a.gz"), Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.alloc(5_000, 7)]));
  expect(await failure([join(folder, "a.xz")])).toContain(`xz -d ${join(folder, "a.xz")}`);
  expect(await failure([join(folder, "a.gz")])).toContain(`gzip -d ${join(folder, "a.gz")}`);
});

test("what is not there, empty or without measurements is an error that says what to do", async () => {
  const folder = await scratchFolder();
  const path = (name: string) => join(folder, name);
  await writeFile(path("full.boot"), line(1));
  await writeFile(path("empty.log"), "");
  await writeFile(path("stock.log"), otherLine.repeat(3));
  await writeFile(path("broken.log"), otherLine + line(1).slice(0, -5));
  await mkdir(path("none"));
  expect(await failure([path("absent.boot")])).toMatch(/^there is no file .*absent\.boot\n {2}-> Name a \.boot log/);
  expect(await failure([path("none")])).toMatch(/^there is no \.boot log in .*none\n {2}-> /);
  expect(await failure([path("empty.log")])).toMatch(/empty\.log is empty\n {2}-> /);
  expect(await failure([path("full.boot"), path("empty.log")])).toMatch(/empty\.log is empty/);
  expect(await failure([path("stock.log")])).toMatch(
    /^no measurement line in .*stock\.log; looked through 3 lines for \[GETEValidateWriteMeasure\], \[GETEValidateSendMsgMeasure\], \[AES_GCM_encrypt_measure\]\n {2}-> /,
  );
  expect(await failure([path("broken.log")])).toMatch(
    /but 1 malformed one, the first in line 2: duration 7 is not a Go duration;/,
  );
});

test("calls whose guard was skipped can be left out", async () => {
  const file = join(await scratchFolder(), "a.boot");
  const exempt = line(1).replace("1ms:20µs", "0s:0s");
  await writeFile(file, exempt + line(2) + exempt);
  expect((await readBootLogs([file])).series[0]?.calls).toHaveLength(3);
  const { logs, series } = await readBootLogs([file], { guardedOnly: true });
  expect(series[0]?.calls).toHaveLength(1);
  expect(logs[0]?.calls.exempt()).toBe(2);
  const place = { runId: "r", name: "a.k", system: "k", function: "a", invocations: 1 };
  const record = await recordFromLogs([file], place);
  expect(record?.calls.write?.controller).toHaveLength(1);
  expect(record?.notes).toEqual([expect.stringContaining("The guard was skipped for 2 calls")]);
  await writeFile(file, exempt);
  expect(await recordFromLogs([file], place)).toBeUndefined();
  await expect(readBootLogs([file], { guardedOnly: true })).rejects.toThrow("skipped for all 1");
});
