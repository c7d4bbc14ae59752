import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";

const launcher = fileURLToPath(new URL("kalium-bench", import.meta.url));

const run = (parameters: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  execa(launcher, parameters, { reject: false, stdin: "ignore", timeout: 300_000, env });

test("setup --check says what this machine has", async () => {
  const { stdout, exitCode } = await run(["setup", "--check"]);
  expect(stdout).toMatch(/Node\.js +24\./);
  expect(exitCode).toBe(stdout.includes("MISSING") ? 3 : 0);
});

test("setup --check --json prints JSON and nothing else", async () => {
  const { stdout, stderr } = await run(["setup", "--check", "--json"]);
  const { findings } = JSON.parse(stdout) as { readonly findings: readonly unknown[] };
  expect(findings.length).toBeGreaterThan(5);
  expect(stderr).toBe("");
});

test("a wrong setting ends with code 2 and an explanation without stack", async () => {
  const { exitCode, stdout, stderr } = await run(["setup", "--check"], { KALIUM_SISTEMS: "runc" });
  expect(exitCode).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toBe(
    "E_CONFIG: KALIUM_SISTEMS is not a setting; did you mean KALIUM_SYSTEMS?\n" +
      "  -> Correct or unset it; docs/settings.md lists all settings.",
  );
});

test("KALIUM_DEBUG=1 adds the stack", async () => {
  const { stderr } = await run(["setup", "--check"], { KALIUM_ROUNDS: "x", KALIUM_DEBUG: "1" });
  expect(stderr).toMatch(/\n +at .*config/);
});

test("a wrong command ends with code 2 and a suggestion", async () => {
  const { exitCode, stderr } = await run(["stup"]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(
    /^E_CONFIG: unknown command 'stup'; did you mean setup\?\n {2}-> Run `npx kalium-bench --help`/,
  );
});

test("--help lists the commands by task, each with an example, and ends with code 0", async () => {
  const { exitCode, stdout } = await run(["--help"]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/\nMeasure:\n {2}bench +Measure .*\n +\$ npm run bench[^]*\nPrepare a machine:\n {2}doctor /);
  for (const command of ["bench", "setup", "serve", "sweep"]) expect(stdout).toContain(`  ${command} `);
});

test("on an older Node without the pinned one, the launcher says what to do", async () => {
  const root = mkdtempSync(join(tmpdir(), "kalium-launcher-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, "helpers/cli"), { recursive: true });
  cpSync(launcher, join(root, "helpers/cli/kalium-bench"));
  writeFileSync(join(root, "node"), "#!/bin/sh\necho 20\n", { mode: 0o755 });
  const { exitCode, stderr } = await execa(join(root, "helpers/cli/kalium-bench"), ["setup"], {
    reject: false,
    env: { PATH: `${root}:/usr/bin:/bin` },
  });
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(/needs Node\.js 24 or newer[^]*Run `npm ci`/);
});
