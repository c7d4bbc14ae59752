/** The README's commands that neither measure nor install, run unchanged, with folders of this test. */
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { syntheticRecord, writeSynthetic } from "../../reports/testing/synthetic.ts";
import { commandLines } from "./documents.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const inline = /`((?:npm run|npx kalium-bench) [^`]+)`/g;
let commands: readonly string[] = [];
let scratch = "";
let run = "";

beforeAll(async () => {
  const text = await readFile(join(root, "README.md"), "utf8");
  commands = [...commandLines(text), ...[...text.matchAll(inline)].map(([, command = ""]) => command)];
  scratch = await mkdtemp(join(tmpdir(), "kb-readme-"));
  run = await writeSynthetic(join(scratch, "results"), [syntheticRecord({ label: "product-photos-report" })]);
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Runs a line of the README, with other operands where the README's are placeholders. */
async function type(line: string, replaced: Readonly<Record<string, string>> = {}) {
  expect(commands, "the README has this command").toContain(line);
  const command = Object.entries(replaced).reduce((text, [from, to]) => text.replace(from, to), line);
  return await execa("sh", ["-c", command], {
    ...{ cwd: root, reject: false, stdin: "ignore", timeout: 300_000, all: true },
    env: { KALIUM_RESULTS: join(scratch, "results"), KALIUM_OUT: join(scratch, "out"), NO_COLOR: "1" },
  });
}

test.for<[string, Record<string, string>, number, RegExp]>([
  ["npx kalium-bench --help", {}, 0, /^Measure:$/m],
  ["npm run plan", {}, 0, /product-photos-assign/],
  ["npm run policy -- check policy.json", { "policy.json": "fixtures/kalium/policy.json" }, 0, /product-photos/],
])("%s", async ([line, replaced, status, output]) => {
  const { exitCode, all } = await type(line, replaced);
  expect(all).toMatch(output);
  expect(exitCode).toBe(status);
});

test("npm run doctor", async () => {
  const { exitCode, stdout } = await type("npm run doctor");
  expect(stdout).toMatch(/Node\.js +24\./);
  expect(exitCode).toBe(/^missing /im.test(stdout) ? 3 : 0);
});

test("npm run report", async () => {
  const { exitCode, all } = await type("npm run report");
  expect(exitCode, all).toBe(0);
  expect(await readFile(join(scratch, "out/report.md"), "utf8")).toContain("product-photos-report");
});

test("npm run compare -- reports/results/A reports/results/B", async () => {
  const line = "npm run compare -- reports/results/A reports/results/B";
  const again = join(scratch, "again");
  await cp(run, again, { recursive: true });
  const { exitCode, all } = await type(line, { "reports/results/A": run, "reports/results/B": again });
  expect(all).toContain("product-photos-report");
  expect([0, 4]).toContain(exitCode); // equal runs: not slower, or too short to tell
});
