/** Defects of the artifact's scripts that show when a command is run. */
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { readFileSync } from "node:fs";
import { execa } from "execa";
import { expect, test } from "vitest";

const launcher = fileURLToPath(new URL("kalium-bench", import.meta.url));
const run = (parameters: readonly string[], cwd = process.cwd()) =>
  execa(launcher, parameters, { reject: false, stdin: "ignore", timeout: 300_000, cwd, env: { KALIUM_SEED: "1" } });

test("D-A23: a command with --json prints data and nothing else on standard output", async () => {
  const { stdout } = await run(["plan", "--json"]);
  expect(JSON.parse(stdout)).toMatchObject({ plan: { seed: 1 } });
});

test("D-B6: wrong usage is reported and ends with another status than 0", async () => {
  for (const parameters of [["plan", "--iterations", "20"], ["compare", "one"], ["resum"]]) {
    const { exitCode, stderr } = await run(parameters);
    expect(exitCode, parameters.join(" ")).toBe(2);
    expect(stderr).not.toBe("");
  }
});

test("D-C1, D-C2: the folder in which a command starts changes nothing about where results are", async () => {
  const [here, elsewhere] = [await run(["plan", "--json"]), await run(["plan", "--json"], tmpdir())];
  expect(elsewhere.stdout).toBe(here.stdout);
});

test("D-C3: every script of package.json calls a command that exists", async () => {
  const { scripts } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const called = Object.values(scripts).flatMap((script) => /helpers\/cli\/kalium-bench (\S+)/.exec(script)?.[1] ?? []);
  const { stdout } = await run(["--help"]);
  expect(called.length).toBeGreaterThan(5);
  for (const command of called) expect(stdout).toMatch(new RegExp(`^  ${command} `, "m"));
});
