import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, expect, test } from "vitest";

const home = mkdtempSync(join(tmpdir(), "kb-nobody-"));
chmodSync(home, 0o777);
afterAll(() => rmSync(home, { recursive: true }));
const project = fileURLToPath(new URL("../../", import.meta.url));
const asNobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "--"];
const nobody = (...words: readonly string[]) =>
  execa("setpriv", [...asNobody, ...words], {
    cwd: project,
    reject: false,
    stdin: "ignore",
    timeout: 300_000,
    env: { HOME: home },
  });

const why =
  process.geteuid?.() !== 0
    ? "needs root, to become another user"
    : spawnSync("setpriv", [...asNobody, "test", "-r", "vitest.config.ts"], { cwd: project }).status !== 0
      ? "the checkout is below a folder that other users cannot enter"
      : undefined;

test(`a checkout of another user: Vitest starts, and a run says which folders it needs ${why ?? ""}`, async (context) => {
  if (why !== undefined) context.skip(why);
  const launcher = "helpers/cli/kalium-bench";
  const listed = await nobody(launcher, "vitest", "--project", "unit", "helpers/config/needs-writing.test.ts");
  expect(listed.stdout).toContain("1 passed");
  const bench = await nobody("env", "KALIUM_SETUP=never", launcher, "bench", "microbenchmark");
  expect(bench.stderr).toMatch(/^E_CONFIG: cannot write to .*reports\/results\n.*\n {2}-> Use a checkout of your own/);
  expect([bench.exitCode, bench.stdout]).toEqual([2, ""]);
});
