/** Makes the changes of docs/architecture.md, "Adding things", in a copy of the checkout and type-checks it. */
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
let copy: string;

beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), "kalium-bench-adding-"));
  const { stdout } = await execa("git", ["ls-files", "*.ts", "*.json"], { cwd: root });
  for (const path of stdout.split("\n")) await cp(join(root, path), join(copy, path));
  await symlink(join(root, "node_modules"), join(copy, "node_modules"));
});
afterAll(() => rm(copy, { recursive: true, force: true }));

/** What a maintainer types: text after other text, or a new file. */
type Change = { readonly file: string } & (
  { readonly after: string; readonly add: string } | { readonly text: string }
);

const crun = [
  { file: "helpers/contracts/system.ts", after: 'export type RuntimeName = "native"', add: ' | "crun"' },
  {
    file: "helpers/runtimes/crun.ts",
    text: 'import type { Runtime } from "../contracts/runtime.ts";\nimport { runc } from "./runc.ts";\nexport const crun: Runtime = { ...runc, name: "crun", onCluster: { reason: "a node has one runc", hint: "Compare locally." } };\n',
  },
  {
    file: "helpers/runtimes/index.ts",
    after: 'import { native } from "./native.ts";',
    add: '\nimport { crun } from "./crun.ts";',
  },
  { file: "helpers/runtimes/index.ts", after: "= {\n  native,", add: "\n  crun," },
  {
    file: "helpers/config/systems.ts",
    after: 'guard: "embedded" },',
    add: '\n  { name: "crun", variant: "vanilla", runtime: "crun", guard: "none" },',
  },
] satisfies readonly Change[];

const guard = [
  { file: "helpers/contracts/system.ts", after: 'export type GuardName = "none"', add: ' | "third"' },
  {
    file: "helpers/guards/third.ts",
    text: 'import type { Guard } from "./guard.ts";\nimport { none } from "./none.ts";\nexport const third: Guard = { ...none, name: "third", title: "the third guard", concerns: ({ guard }) => guard === "third" };\n',
  },
  {
    file: "helpers/guards/index.ts",
    after: 'import { none } from "./none.ts";',
    add: '\nimport { third } from "./third.ts";',
  },
  { file: "helpers/guards/index.ts", after: "= { none,", add: " third," },
] satisfies readonly Change[];

const flow = [
  { file: "helpers/contracts/application.ts", after: 'export type FlowName = "microbenchmark"', add: ' | "fourth"' },
  { file: "fixtures/flows/fourth.ts", text: 'export { microbenchmark as fourth } from "./microbenchmark.ts";\n' },
  {
    file: "fixtures/flows/index.ts",
    after: 'import { microbenchmark } from "./microbenchmark.ts";',
    add: '\nimport { fourth } from "./fourth.ts";',
  },
  { file: "fixtures/flows/index.ts", after: "= {\n  microbenchmark,", add: "\n  fourth," },
] satisfies readonly Change[];

const setting = [
  {
    file: "helpers/config/variables.ts",
    after: "export const variables = {",
    add: '\n  KALIUM_FOURTH: { schema: wholeNumber(1, 100), preset: "1", meaning: "A setting" },',
  },
] satisfies readonly Change[];

const podman = [
  { file: "helpers/services/mysql/info.ts", after: 'export type MysqlSource = "url"', add: ' | "podman"' },
  {
    file: "helpers/services/mysql/sources/podman.ts",
    text: 'export { openDocker as openPodman } from "./docker.ts";\n',
  },
  {
    file: "helpers/services/mysql/keeper.ts",
    after: 'import { openUrl } from "./sources/url.ts";',
    add: '\nimport { openPodman } from "./sources/podman.ts";',
  },
  { file: "helpers/services/mysql/keeper.ts", after: "  docker: openDocker,", add: "\n  podman: openPodman," },
] satisfies readonly Change[];

async function make(changes: readonly Change[]): Promise<void> {
  for (const change of changes) {
    const path = join(copy, change.file);
    await mkdir(dirname(path), { recursive: true });
    if ("text" in change) {
      await writeFile(path, change.text);
      continue;
    }
    const text = await readFile(path, "utf8");
    expect(text.split(change.after), `${change.file} has "${change.after}"`).not.toHaveLength(1);
    await writeFile(
      path,
      text.replace(change.after, () => change.after + change.add),
    );
  }
}

async function restore(changes: readonly Change[]): Promise<void> {
  for (const change of changes) {
    if ("text" in change) await rm(join(copy, change.file), { force: true });
    else await cp(join(root, change.file), join(copy, change.file));
  }
}

/** Lines of errors, by file. */
async function typeErrors(): Promise<readonly string[]> {
  const { stdout } = await execa("npx", ["tsc", "--pretty", "false"], { cwd: copy, reject: false });
  return stdout.split("\n").filter((line) => line.includes("error TS"));
}

test("every change of the table type-checks, all made at once", async () => {
  const all = [...crun, ...guard, ...flow, ...setting, ...podman];
  await make(all);
  expect(await typeErrors()).toEqual([]);
  await restore(all);
});

test("a name alone does not compile, and the compiler names the registry that lacks it", async () => {
  const names = [crun, guard, flow, podman].flatMap((changes) => changes.slice(0, 1));
  await make(names);
  const files = new Set((await typeErrors()).map((line) => line.slice(0, line.indexOf("("))));
  for (const registry of ["runtimes/index.ts", "guards/index.ts", "services/mysql/keeper.ts"]) {
    expect(files).toContain(`helpers/${registry}`);
  }
  expect(files).toContain("fixtures/flows/index.ts");
  await restore(names);
});
