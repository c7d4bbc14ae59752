import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const launcher = fileURLToPath(new URL("kalium-bench", import.meta.url));

const run = (command: string, ...args: readonly string[]) =>
  spawnSync(launcher, [command, ...args], { encoding: "utf8", timeout: 300_000 });

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "kb-import-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

test("old results become a results folder that compare reads, without a verdict", async () => {
  const source = await folderWith({
    gvisor_2_assign: "0.020000\n0.021000\n",
    kalium_2_assign: "0.030000\n0.031000\n",
    gvisor_2_report_results: "Avg: 0.050000, Stdev: 0.001000\n",
  });
  const [a, b] = [join(await folderWith({}), "a"), join(await folderWith({}), "b")];
  const { stdout, status } = run("import", source, "--out", a);
  expect(stdout).toContain(
    "gvisor: 2 functions, 4 calls, 1 of them known by their average only\nkalium-artifact: 1 function, 2 calls\n",
  );
  expect(stdout).toContain(`Results  ${a}\n`);
  expect(status).toBe(0);
  expect(run("import", source, "--out", b).status).toBe(0);
  const compared = run("compare", a, b);
  expect(compared.stdout).toMatch(/^Nothing can be judged$/m);
  expect(compared.status).toBe(4);
});

test("a malformed line is wrong usage: the error names file and line, and nothing is left", async () => {
  const source = await folderWith({ gvisor_2_assign: "0.020000\n0,021000\n" });
  const out = await folderWith({});
  const { stdout, stderr, status } = run("import", source, "--out", join(out, "new"));
  expect(stderr).toContain(`E_RECORD: nothing was imported:\n${join(source, "gvisor_2_assign")}:2: "0,021000" is not`);
  expect(stdout).toBe("");
  expect(status).toBe(2);
  expect(await readdir(out)).toEqual([]);
});

test("an unknown system is an error of usage, with the one that is meant", async () => {
  const { stderr, status } = run("import", await folderWith({}), "--system", "trapez");
  expect(stderr).toMatch(/--system trapez is not known; did you mean trapeze\?\n +-> Use one of gvisor, /);
  expect(status).toBe(2);
});
