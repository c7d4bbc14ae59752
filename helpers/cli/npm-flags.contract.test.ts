import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, test } from "vitest";

const project = fileURLToPath(new URL("../..", import.meta.url));
const { scripts } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** As a user types it: the real npm, without `--`. */
const npm = (...words: readonly string[]) =>
  execa("npm", ["run", "--silent", ...words], { cwd: project, reject: false, stdin: "ignore", timeout: 300_000 });

test.for<[readonly string[], string]>([
  [["setup", "--check"], "npm run setup -- --check"],
  [["sweep", "--json"], "npm run sweep -- --json"],
  [["learn", "traces.jsonl", "--out", "policy.json"], "npm run learn -- --out "],
  [["policy", "diff", "A", "B", "--exit-code"], "npm run policy -- diff --exit-code A B"],
  [["compare", "--interleave", "runsc"], "npm run compare -- --interleave "],
  [["bench", "-t", "product-purchase"], "npm run bench -- -t "],
])("npm run %j is refused with the command line that was meant", async ([words, meant]) => {
  const { exitCode, stderr } = await npm(...words);
  expect(stderr).toMatch(/E_CONFIG: npm took -\S+ for itself/);
  expect(stderr).toContain(`-> Type ${meant}`);
  expect(exitCode).toBe(2);
});

test("every script that runs a command of ours does so through the launcher, which sees what npm took", () => {
  const direct = Object.entries(scripts).filter(([, script]) => /^(exec )?(vitest|node)\b/.test(script));
  expect(direct).toEqual([]);
  for (const name of ["test", "smoke", "report", "bench"])
    expect(scripts[name]).toMatch(/^exec helpers\/cli\/kalium-bench /);
});

test("a setting of npm's own in its configuration is not taken for one of our options", async () => {
  const { exitCode, stderr } = await execa("npm", ["run", "--silent", "plan", "--registry", "http://127.0.0.1:9"], {
    ...{ cwd: project, reject: false, stdin: "ignore", timeout: 300_000 },
  });
  expect(stderr).not.toContain("npm took");
  expect(exitCode).toBe(0);
});
