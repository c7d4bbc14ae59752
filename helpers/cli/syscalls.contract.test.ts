import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readResults } from "../../reports/records/store.ts";
import { writeSynthetic } from "../../reports/testing/synthetic.ts";

const launcher = fileURLToPath(new URL("kalium-bench", import.meta.url));
let folder = "";
const file = (name: string): string => join(folder, name);

const head = "I0619 12:00:00.000001       1 log.go:265] ";
/** The golden lines of the format's specification. */
const golden =
  `${head}[GETEValidateWriteMeasure] 12.345µs:1.5µs:10µs:1.5ms:20µs:1.6ms:1.7ms\n` +
  `${head}[GETEValidateWriteMeasure] 2.345µs:500ns:10µs:1.5ms:20µs:1.6ms:1.7ms\n`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kb-syscalls-"));
  await writeFile(file("golden.boot"), golden);
  await writeFile(file("encrypt.boot"), `${head}[   7] [AES_GCM_encrypt_measure] 45µs\n`);
  await writeFile(file("broken.boot"), `${golden}${head}[GETEValidateWriteMeasure] 1ms:SECRET\n`);
  await writeFile(file("empty.boot"), "");
  await writeFile(file("stock.boot"), `${head}Starting application\n`);
  await writeFile(file("fake.xz"), Buffer.concat([Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), Buffer.alloc(99)]));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const syscalls = (...args: readonly string[]) =>
  spawnSync(launcher, ["syscalls", ...args], { encoding: "utf8", timeout: 300_000 });

test("--json prints one object with exact statistics and nothing else, warnings go to standard error", () => {
  const { stdout, stderr, status } = syscalls(file("broken.boot"), "--json");
  const { write, sendmsg, encrypt } = JSON.parse(stdout) as Record<string, { n: number; stages: object }>;
  expect(write?.n).toBe(2);
  expect(Object.keys(write?.stages ?? {})).toEqual([
    "tlsParsing",
    "tlsLookup",
    "eventConstruction",
    "controller",
    "localGuard",
    "checkTotal",
    "syscallTotal",
  ]);
  expect(write?.stages).toMatchObject({
    tlsLookup: { minNs: 500, medianNs: 1_000, meanNs: 1_000, maxNs: 1_500 },
    syscallTotal: { medianNs: 1_700_000, sdNs: 0 },
  });
  expect([sendmsg, encrypt]).toEqual([
    { n: 0, stages: {} },
    { n: 0, stages: {} },
  ]);
  expect(stderr).toBe("warning: 1 malformed measurement line not counted.\n");
  expect(status).toBe(0);
});

test("the tables name source, stages, malformed lines and the artifact's mistake, but no text of the log", () => {
  const { stdout, stderr } = syscalls(file("broken.boot"));
  for (const text of ["boot log", "event construction", "rest of the syscall", "3  duration 2 is not a Go duration"]) {
    expect(stdout).toContain(text);
  }
  expect(stdout).toContain("At 1 malformed line the artifact's script ends with an error, or reads something else.");
  expect(syscalls(file("broken.boot"), "--upstream").stderr).toMatch(/^E_RECORD: At 1 malformed line /);
  expect(stdout + stderr).not.toContain("SECRET");
});

test("--csv has a row per stage and one per rest; --markdown is a report", () => {
  const [header = "", ...rows] = syscalls(file("golden.boot"), "--csv").stdout.trimEnd().split("\n");
  expect(rows).toHaveLength(9);
  const column = header.split(",").indexOf("median_ns");
  expect(rows.map((row) => row.split(",")[column])).toContain("1000");
  expect(syscalls(file("golden.boot"), "--markdown").stdout).toMatch(
    /^# Per-syscall overhead\n[^]*\| TLS parsing \| 2 \|/,
  );
});

test("--upstream prints what the artifact's script prints, --corrected its label rightly", () => {
  expect(syscalls(file("golden.boot"), "--upstream").stdout).toContain(
    "tls_lookup Min: 0.000002, Max: 500.000000, Mean: 250.000001, Stdev: 353.553390",
  );
  const encrypt = syscalls(file("encrypt.boot"), "--upstream");
  expect(encrypt.stderr).toMatch(/^E_RECORD: .* UnboundLocalError: [^]*Leave out --upstream/);
  expect(encrypt.status).toBe(2);
  expect(syscalls(file("encrypt.boot"), "--upstream", "--corrected").stdout).toContain(
    "\naes_gcm_encrypt Min: 0.000045",
  );
  expect(syscalls(file("encrypt.boot"), "--corrected").status).toBe(2);
});

test("--out writes tables, data and pictures; --record adds the samples to a run", async () => {
  const results = await writeSynthetic(join(folder, "results"), []);
  const { status, stdout } = syscalls(file("golden.boot"), "--json", "--out", file("out"), "--record", results);
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual(JSON.parse(await readFile(join(folder, "out", "syscalls.json"), "utf8")));
  expect((await readdir(file("out"))).sort()).toEqual(
    ["csv", "json", "md", "pdf", "png", "svg", "vl.json"].map((ending) => `syscalls.${ending}`),
  );
  for (const name of await readdir(file("out")))
    expect((await stat(join(folder, "out", name))).size).toBeGreaterThan(99);
  const [record] = (await readResults(results)).syscalls;
  expect(record).toMatchObject({
    source: "boot-log",
    name: "golden.boot",
    calls: { write: { tlsLookup: [1_500, 500] } },
  });
});

test.each([
  ["absent.boot", /^E_RECORD: there is no file .*absent\.boot\n {2}-> /],
  ["empty.boot", /^E_RECORD: .*empty\.boot is empty\n {2}-> /],
  ["stock.boot", /^E_RECORD: no measurement line in .*looked through 1 line for \[GETEValidateWriteMeasure\]/],
  ["fake.xz", /^E_RECORD: cannot unpack [^]*`xz -d .*fake\.xz`/],
])("%s is wrong usage, with what to do and without output", (name, message) => {
  const { status, stdout, stderr } = syscalls(file(name), "--json");
  expect(stderr).toMatch(message);
  expect([status, stdout]).toEqual([2, ""]);
});

test("a log without stages shows its whole calls and says why there are no stages", async () => {
  const line = `${head}[ValidateWriteMeasure] Total time for Write syscall : [83 69 78 68] : `;
  await writeFile(file("whole.boot"), `${line}2.5ms\n${line}1.5ms\n`);
  const { status, stdout } = syscalls(file("whole.boot"));
  expect(status).toBe(0);
  expect(stdout).toContain("No stages: the runtime times those of writes that begin with GET");
  expect(stdout).toMatch(/write +SEND +2 /);
  expect(JSON.parse(syscalls(file("whole.boot"), "--json").stdout)).toMatchObject({
    write: { n: 0 },
    wholeCalls: [{ syscall: "write", event: "SEND", n: 2, meanNs: 2e6 }],
  });
  expect(syscalls(file("whole.boot"), "--json", "--out", file("whole")).status).toBe(0);
  expect((await readdir(file("whole"))).sort()).toEqual(["syscalls.csv", "syscalls.json", "syscalls.md"]);
  expect(syscalls(file("whole.boot"), "--record", folder).stderr).toContain("no stages to record");
});

test("two formats at once, or no file, are wrong usage", () => {
  expect(syscalls(file("golden.boot"), "--json", "--csv").status).toBe(2);
  expect(syscalls("--json").status).toBe(2);
});

const real = fileURLToPath(new URL("../../../shared/data/boot/", import.meta.url));

test("`npm run -s syscalls` of the artifact's logs prints JSON alone", ({ skip }) => {
  if (!existsSync(real)) skip("the logs of the artifact's runtime are not here: ../shared/data/boot");
  const { stdout, stderr } = spawnSync("npm", ["run", "-s", "syscalls", "--", `${real}microbench-tls.boot`, "--json"], {
    encoding: "utf8",
    timeout: 300_000,
  });
  expect(JSON.parse(stdout)).toMatchObject({ write: { n: 20 }, encrypt: { n: 20, stages: { encrypt: { n: 20 } } } });
  expect(stderr.replaceAll(/^npm warn .*\n/gm, "")).toBe("");
});
