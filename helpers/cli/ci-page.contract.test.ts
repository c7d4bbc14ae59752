/** The workflow of docs/ci.md, run as a runner runs it, in a checkout of its own, with the cheapest profile. */
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { globSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { findRunsc } from "../machine/setup/find-runsc.ts";
import { whyNoBench } from "../maintenance/evidence/bench-command.ts";

const project = fileURLToPath(new URL("../../", import.meta.url));

const stepSchema = z.strictObject({
  name: z.string().optional(),
  if: z.string().optional(),
  uses: z
    .string()
    .regex(/^[\w-]+\/[\w-]+@v\d+$/)
    .optional(),
  with: z.record(z.string(), z.unknown()).optional(),
  env: z.record(z.string(), z.string()).optional(),
  run: z.string().optional(),
  "working-directory": z.string().optional(),
});
type Step = z.infer<typeof stepSchema>;

const workflowSchema = z.strictObject({
  name: z.string(),
  on: z.literal("pull_request"),
  permissions: z.record(z.string(), z.enum(["read", "write"])),
  defaults: z.strictObject({ run: z.strictObject({ "working-directory": z.string() }) }),
  jobs: z.strictObject({
    compare: z.strictObject({
      "runs-on": z.array(z.string()),
      "timeout-minutes": z.number(),
      steps: z.array(stepSchema.refine(({ run, uses }) => (run === undefined) !== (uses === undefined))),
    }),
  }),
});

let root = "";
let workflow: z.infer<typeof workflowSchema>;
const expressions: Record<string, string> = {
  "github.event.number": "7",
  "github.repository": "your/runtime",
  "github.token": "token-of-the-job",
};

beforeAll(async () => {
  const [, text = ""] = /^```yaml\n(.*?)^```$/ms.exec(await readFile(join(project, "docs/ci.md"), "utf8")) ?? [];
  workflow = workflowSchema.parse(parse(text));
  root = await mkdtemp(join(tmpdir(), "kb-ci-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** What `actions/checkout` leaves: the runtime with two commits, and this project as it is here. */
async function checkOut(runsc: string): Promise<void> {
  const runtime = join(root, "runtime");
  const git = async (...words: readonly string[]): Promise<string> =>
    (await execa("git", ["-c", "user.name=t", "-c", "user.email=t@localhost", ...words], { cwd: runtime })).stdout;
  await mkdir(runtime);
  await git("init", "--quiet");
  await writeFile(join(runtime, "build.sh"), `#!/bin/sh\ncp ${runsc} "$1"\n`, { mode: 0o755 });
  await git("add", ".");
  await git("commit", "--quiet", "--message=base");
  expressions["github.event.pull_request.base.sha"] = await git("rev-parse", "HEAD");
  await git("commit", "--quiet", "--allow-empty", "--message=head");
  expressions["github.event.pull_request.head.sha"] = await git("rev-parse", "HEAD");
  const checkout = join(root, "kalium-bench");
  const { stdout } = await execa("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: project,
  });
  for (const name of stdout.split("\0")) {
    if (name === "") continue;
    await mkdir(dirname(join(checkout, name)), { recursive: true });
    await cp(join(project, name), join(checkout, name), { verbatimSymlinks: true }).catch((error: unknown) => {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error; // deleted, not yet committed
    });
  }
  await symlink(join(project, "node_modules"), join(checkout, "node_modules"));
}

/** Programs that the runner has: `npm ci` finds what is installed, `gh` writes down what it was asked. */
async function placePrograms(): Promise<string> {
  const programs = join(root, "programs");
  await mkdir(programs);
  const { stdout: npm } = await execa("sh", ["-c", "command -v npm"]);
  await writeFile(
    join(programs, "npm"),
    `#!/bin/sh\nif [ "$1" = ci ]; then test -f package-lock.json && echo "installed"; exit; fi\nexec ${npm} "$@"\n`,
    { mode: 0o755 },
  );
  await writeFile(
    join(programs, "gh"),
    `#!/bin/sh\nprintf '%s\\n' "$GH_TOKEN" "$@" > ${root}/gh.txt\nfor last; do :; done\ncat "$last" > ${root}/comment.md\n`,
    { mode: 0o755 },
  );
  return programs;
}

/** As the runner reads it; an expression that it would not know fails the test. */
const expanded = (text: string): string =>
  text.replaceAll(/\$\{\{ ([^}]+) \}\}/g, (_, name: string) => {
    expect(Object.keys(expressions), name).toContain(name);
    return expressions[name] ?? "";
  });

const isWanted = ({ if: condition }: Step, failed: boolean): boolean => {
  if (condition === undefined) return !failed;
  const found = /^always\(\)(?: && hashFiles\('(?<file>[^']+)'\) != '')?$/.exec(condition);
  expect(found, `this test knows the condition ${condition}`).not.toBeNull();
  const file = found?.groups?.["file"];
  return file === undefined || globSync(file, { cwd: root }).length > 0;
};

interface Ran {
  readonly step: Step;
  readonly code: number;
  readonly stdout: string;
  readonly all: string;
}

async function runSteps(env: Readonly<Record<string, string>>): Promise<readonly Ran[]> {
  const ran: Ran[] = [];
  for (const step of workflow.jobs.compare.steps) {
    if (
      step.run === undefined ||
      !isWanted(
        step,
        ran.some(({ code }) => code !== 0),
      )
    )
      continue;
    const own: Record<string, string> = {};
    for (const [name, value] of Object.entries(step.env ?? {})) own[name] = expanded(value);
    const { exitCode, stdout, all } = await execa("bash", ["-e", "-c", expanded(step.run)], {
      cwd: join(root, step["working-directory"] ?? workflow.defaults.run["working-directory"]),
      ...{ reject: false, stdin: "ignore", all: true, timeout: 1_800_000, env: { ...env, ...own } },
    });
    ran.push({ step, code: exitCode ?? 1, stdout, all });
  }
  return ran;
}

test("the workflow has what GitHub needs to comment, and enough time", () => {
  expect(workflow.permissions).toEqual({ contents: "read", "pull-requests": "write" });
  const budget = Number(
    workflow.jobs.compare.steps.find(({ env }) => env?.["KALIUM_BUDGET_MINUTES"])?.env?.["KALIUM_BUDGET_MINUTES"],
  );
  expect(workflow.jobs.compare["timeout-minutes"]).toBeGreaterThan(3 * budget);
});

test("its steps build, compare and comment; a run that cannot be judged is red and leaves all its files", async ({
  skip,
}) => {
  const why = await whyNoBench();
  if (why !== undefined) skip(why);
  const runsc = await findRunsc();
  if (runsc === undefined) skip("needs runsc: npm run setup");
  await checkOut(runsc?.path ?? "");
  const ran = await runSteps({
    PATH: `${await placePrograms()}:${process.env["PATH"] ?? ""}`,
    ...{ CI: "true", GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: join(root, "summary.md") },
    ...{ KALIUM_PROFILE: "smoke", KALIUM_MYSQL_SOURCE: "local", KALIUM_CALL_TIMEOUT_MS: "300000" },
  });
  const of = (name: string): Ran | undefined => ran.find(({ step }) => step.name === name);
  expect(of("Build both")?.code, of("Build both")?.all).toBe(0);
  expect(ran[1]?.code, ran[1]?.all).toBe(0);
  const compared = of("Is the new build slower?");
  expect(compared?.code, compared?.all).toBe(4); // the profile smoke judges nothing
  expect(compared?.stdout).toContain("::warning title=compare::Nothing can be judged");
  expect(compared?.stdout).toMatch(/^Nothing can be judged: verdicts\.md, verdicts\.html$/m);
  expect(of("The table as a summary and as a comment")?.code).toBe(0);
  const comment = await readFile(join(root, "comment.md"), "utf8");
  expect(comment).toContain("Nothing can be judged");
  expect(await readFile(join(root, "summary.md"), "utf8")).toBe(comment);
  expect((await readFile(join(root, "gh.txt"), "utf8")).split("\n").slice(0, 5)).toEqual([
    "token-of-the-job",
    "pr",
    "comment",
    "7",
    "--repo",
  ]);
  expect(await readFile(join(root, "kalium-bench/verdicts.junit.xml"), "utf8")).toMatch(/<testsuite/);
  const upload = workflow.jobs.compare.steps.find(({ uses }) => uses?.startsWith("actions/upload-artifact"));
  for (const pattern of z.string().parse(upload?.with?.["path"]).trim().split("\n")) {
    expect(globSync(pattern.trim(), { cwd: root }), pattern).not.toEqual([]);
  }
  expect(globSync("kalium-bench/reports/out/report.html", { cwd: root })).toHaveLength(1);
});
