import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { syntheticRecord, writeSynthetic } from "../../reports/testing/synthetic.ts";

const launcher = fileURLToPath(new URL("kalium-bench", import.meta.url));
let root = "";
const folders: Record<"a" | "slower" | "single", string> = { a: "", slower: "", single: "" };

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "kb-compare-"));
  const write = (name: string, native: number, blocks: number, seed: number): Promise<string> =>
    writeSynthetic(join(root, name), [syntheticRecord({ ratios: { native }, blocks, seed })]);
  folders.a = await write("a", 0.5, 6, 1);
  folders.slower = await write("slower", 0.8, 6, 2);
  folders.single = await write("single", 0.5, 1, 3);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const ambient = { ...process.env, GITHUB_ACTIONS: "" };
const compare = (...args: readonly string[]) =>
  spawnSync(launcher, ["compare", ...args], { encoding: "utf8", timeout: 300_000, env: ambient });

test("a slow-down exits with 1, unless nothing may fail; the same twice exits with 0", () => {
  const slower = compare(folders.a, folders.slower);
  expect(slower.stdout).toMatch(/^B is slower$/m);
  expect(slower.status).toBe(1);
  expect(compare(folders.a, folders.slower, "--fail-on", "never").status).toBe(0);
  const back = compare(folders.slower, folders.a);
  expect(back.stdout).toMatch(/^B is not slower$/m);
  expect(back.status).toBe(0);
});

test("runs that cannot be judged do not pass as good ones", () => {
  const { status, stdout } = compare(folders.a, folders.single);
  expect(stdout).toMatch(/^Nothing can be judged$/m);
  expect(status).toBe(4);
});

test("machine formats stand alone on standard output, warnings go to standard error", async () => {
  expect(JSON.parse(compare(folders.a, folders.slower, "--json").stdout)).toHaveProperty("outcome", "slower");
  const { stdout, stderr } = compare(folders.a, folders.slower, "--format", "bmf");
  expect(Object.keys(JSON.parse(stdout) as object)).toContain("product-purchase-publish/native");
  expect(stderr).toBe("");
  const file = join(root, "compare.json");
  expect(compare(folders.a, folders.slower, "--format", "github", "--out", file).stdout).toBe("");
  expect(JSON.parse(await readFile(file, "utf8"))).toHaveLength(2);
});

test("a file whose ending names no format is refused, unless --format does", () => {
  const refused = compare(folders.a, folders.slower, "--out", join(root, "x.pdf"));
  expect([refused.status, refused.stderr]).toEqual([
    2,
    expect.stringMatching(/^E_CONFIG: the ending of .*x\.pdf names no format\n/),
  ]);
  expect(compare(folders.a, folders.slower, "--format", "json", "--out", join(root, "x.pdf")).status).toBe(1);
});

test("a page for people is written with a word on the verdict; runs may be named as below KALIUM_RESULTS", async () => {
  const file = join(root, "compare.html");
  const words = [relative(root, folders.a), relative(root, folders.slower), "--format", "html", "--out", file];
  const { stdout, stderr, status } = spawnSync(launcher, ["compare", ...words], {
    ...{ encoding: "utf8", timeout: 300_000, env: { ...process.env, KALIUM_RESULTS: root } },
  });
  expect([stdout, stderr, status]).toEqual([`B is slower: ${file}\n`, "", 1]);
  expect(await readFile(file, "utf8")).toContain("<h2>B is slower</h2>");
});

test("several files at once, each in the format of its ending; a GitHub workflow gets annotations beside them", async () => {
  const files = ["verdicts.md", "verdicts.html", "verdicts.junit.xml", "verdicts.json"].map((name) => join(root, name));
  const words = ["compare", folders.a, folders.slower, ...files.flatMap((file) => ["--out", file])];
  const { stdout, status } = spawnSync(launcher, words, {
    ...{ encoding: "utf8", timeout: 300_000, env: { ...ambient, GITHUB_ACTIONS: "true" } },
  });
  const [table = "", page = "", junit = "", json = ""] = await Promise.all(files.map((file) => readFile(file, "utf8")));
  expect(table).toMatch(/^# Comparison of two runs/);
  expect(page).toMatch(/^<!doctype html>/);
  expect(junit).toMatch(/<failure/);
  expect(JSON.parse(json)).toHaveProperty("outcome", "slower");
  const [written, ...annotations] = stdout.trimEnd().split("\n");
  expect(written).toBe(`B is slower: ${files.slice(0, 2).join(", ")}`);
  expect(annotations).toEqual([expect.stringMatching(/^::error title=product-purchase-publish%2C native::/)]);
  expect(status).toBe(1);
  expect(compare(folders.a, folders.slower, "--format", "json", "--out", files[0] ?? "").stdout).toBe("");
});

test("a folder without results and a wrong format are wrong usage", () => {
  const absent = compare(folders.a, join(root, "absent"));
  expect(absent.stderr).toMatch(/^E_RECORD: there is no folder .*absent/);
  expect(absent.status).toBe(2);
  expect(compare(folders.a, folders.slower, "--format", "xml").status).toBe(2);
  const same = compare(folders.a, folders.a);
  expect(same.stderr).toContain("A and B are the same folder");
  expect(same.status).toBe(2);
});
