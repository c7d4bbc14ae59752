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

/** What a maintainer types: text after other text, in the place of what follows it, or a new file. */
type Change = { readonly file: string } & (
  { readonly after: string; readonly drop?: string; readonly add: string } | { readonly text: string }
);

const crun: readonly Change[] = [
  { file: "helpers/contracts/system.ts", after: 'export type OwnRuntimeName = "native"', add: ' | "crun"' },
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
];

const guard: readonly Change[] = [
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
  {
    file: "helpers/config/declarations/file-schema.ts",
    after: "{ none: true, embedded: true",
    add: ", third: true",
  },
];

const flow: readonly Change[] = [
  { file: "helpers/contracts/application.ts", after: 'export type FlowName = "microbenchmark"', add: ' | "fourth"' },
  { file: "fixtures/flows/fourth.ts", text: 'export { microbenchmark as fourth } from "./microbenchmark.ts";\n' },
  {
    file: "fixtures/flows/index.ts",
    after: 'import { microbenchmark } from "./microbenchmark.ts";',
    add: '\nimport { fourth } from "./fourth.ts";',
  },
  { file: "fixtures/flows/index.ts", after: "= {\n  microbenchmark,", add: "\n  fourth," },
  {
    file: "suites/kalium/fourth.suite.ts",
    text: 'import { describe } from "vitest";\nimport { flows } from "../../fixtures/flows/index.ts";\nimport { testbed } from "../../helpers/experiments/latency/testbed.ts";\ndescribe("fourth", () => void testbed(flows.fourth));\n',
  },
];

const setting: readonly Change[] = [
  {
    file: "helpers/config/variables.ts",
    after: "export const variables = {",
    add: '\n  KALIUM_FOURTH: { schema: wholeNumber(1, 100), preset: "1", meaning: "A setting" },',
  },
  {
    file: "helpers/config/config-types.ts",
    after: "\nexport interface Config {",
    add: "\n  readonly fourth: number;",
  },
  {
    file: "helpers/config/config.ts",
    after: "\n    debug: values.KALIUM_DEBUG,",
    add: "\n    fourth: values.KALIUM_FOURTH,",
  },
];

const podman: readonly Change[] = [
  { file: "helpers/contracts/service.ts", after: 'export type MysqlSource = "url"', add: ' | "podman"' },
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
  { file: "helpers/config/variables.ts", after: "docker: true,", add: " podman: true," },
];

const warmUpRule: readonly Change[] = [
  { file: "reports/records/record.ts", after: 'warmup: z.enum(["fixed",', add: ' "none",' },
  {
    file: "helpers/measure/warm-up.ts",
    after: "WarmUpRule>> = {",
    add: "\n  none: { words: (rounds) => rounds, run: () => Promise.resolve([]) },",
  },
  {
    file: "helpers/config/profiles.ts",
    after: "rounds: 3, warmup: ",
    drop: '"fixed"',
    add: '"none"',
  },
];

const column: readonly Change[] = [
  {
    file: "reports/tables/latency-tables.ts",
    after: "const latencyColumns: readonly LatencyColumn[] = [",
    add: '\n  { title: ">Mean ms", cell: ({ meanNs }) => formatMs(meanNs) },',
  },
];

const guardEvent: readonly Change[] = [
  { file: "helpers/contracts/system.ts", after: 'export type GuardEventName = "GETE"', add: ' | "CHCK"' },
  {
    file: "helpers/kalium/core/event.ts",
    after: "Record<EventName, true>> = {",
    add: " CHCK: true,",
  },
  {
    file: "helpers/kalium/inspect/draw-graph.ts",
    after: "Record<EventName, string>> = {",
    add: '\n  CHCK: "#ffffff",',
  },
];

const restField: readonly Change[] = [
  {
    file: "helpers/gateway/deployment.ts",
    after: "export const deploymentSchema = z.object({",
    add: "\n  schedule: z.string().nullish(),",
  },
  {
    file: "helpers/gateway/deployment.ts",
    after: "export interface Deployment {",
    add: "\n  readonly schedule?: string;",
  },
];

const figure: readonly Change[] = [
  {
    file: "reports/figures/figure-9.ts",
    text: 'import type { Comparison } from "../comparison.ts";\nexport const figure9 = ({ cells }: Comparison): string => `<svg><title>${cells.length}</title></svg>`;\n',
  },
  {
    file: "reports/render.ts",
    after: 'import { figure8 } from "./figures/figure-8.ts";',
    add: '\nimport { figure9 } from "./figures/figure-9.ts";',
  },
  { file: "reports/render.ts", after: '    "figure-8.svg": svg,', add: '\n    "figure-9.svg": figure9(comparison),' },
];

/** With the number of files that each touches: what this table costs a maintainer. */
const all: readonly { readonly what: string; readonly files: number; readonly changes: readonly Change[] }[] = [
  { what: "a runtime, with its system", files: 4, changes: crun },
  { what: "a flow", files: 4, changes: flow },
  { what: "a warm-up rule, with its profile", files: 3, changes: warmUpRule },
  { what: "a column of the latency table", files: 1, changes: column },
  { what: "a guard event", files: 3, changes: guardEvent },
  { what: "a field of the OpenFaaS API", files: 1, changes: restField },
  { what: "a source of MySQL", files: 4, changes: podman },
  { what: "a figure", files: 2, changes: figure },
  { what: "a setting", files: 3, changes: setting },
  { what: "a guard", files: 4, changes: guard },
];

async function make(changes: readonly Change[]): Promise<void> {
  for (const change of changes) {
    const path = join(copy, change.file);
    await mkdir(dirname(path), { recursive: true });
    if ("text" in change) {
      await writeFile(path, change.text);
      continue;
    }
    const text = await readFile(path, "utf8");
    const place = change.after + (change.drop ?? "");
    expect(text.split(place), `${change.file} has "${place}"`).not.toHaveLength(1);
    await writeFile(
      path,
      text.replace(place, () => change.after + change.add),
    );
  }
}

async function restore(changes: readonly Change[]): Promise<void> {
  for (const change of changes) {
    if ("text" in change) await rm(join(copy, change.file), { force: true });
    else await cp(join(root, change.file), join(copy, change.file));
  }
}

/** Lines of errors after these changes, which are undone. */
async function typeErrorsAfter(changes: readonly Change[]): Promise<readonly string[]> {
  try {
    await make(changes);
    return await typeErrors();
  } finally {
    await restore(changes);
  }
}

async function typeErrors(): Promise<readonly string[]> {
  const { stdout } = await execa("npx", ["tsc", "--pretty", "false", "--tsBuildInfoFile", "tsc.json"], {
    cwd: copy,
    reject: false,
  });
  return stdout.split("\n").filter((line) => line.includes("error TS"));
}

test.for(all)("$what touches $files files", ({ files, changes }) => {
  expect(new Set(changes.map(({ file }) => file)).size).toBe(files);
});

test("every change of the table type-checks, all made at once", async () => {
  expect(await typeErrorsAfter(all.flatMap(({ changes }) => changes))).toEqual([]);
});

test("a name alone does not compile, and the compiler names what lacks it", async () => {
  const names = [crun, guard, flow, podman, warmUpRule, guardEvent].flatMap((changes) => changes.slice(0, 1));
  const files = new Set((await typeErrorsAfter(names)).map((line) => line.slice(0, line.indexOf("("))));
  for (const file of [
    "fixtures/flows/index.ts",
    "helpers/config/variables.ts",
    "helpers/guards/index.ts",
    "helpers/kalium/core/event.ts",
    "helpers/kalium/inspect/draw-graph.ts",
    "helpers/measure/warm-up.ts",
    "helpers/runtimes/index.ts",
    "helpers/services/mysql/keeper.ts",
  ]) {
    expect(files).toContain(file);
  }
});

test("a suite that forgets a hook does not compile", async () => {
  const file = "suites/kalium/product-photos.suite.ts";
  const text = await readFile(join(copy, file), "utf8");
  const forgetful = text.replace(", mail, ", ", ");
  expect(forgetful).not.toBe(text);
  await writeFile(join(copy, file), forgetful);
  expect((await typeErrors()).join("\n")).toContain("Property 'mail' is missing");
  await cp(join(root, file), join(copy, file));
});
