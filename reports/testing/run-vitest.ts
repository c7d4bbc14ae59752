/** Runs Vitest with our reporter on a tiny suite in a folder of its own, as a user would. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface VitestRun extends AsyncDisposable {
  /** The suite's folder; pictures are in `out/`. */
  readonly folder: string;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface TinySuite {
  /** Project name to the text of its one test file; `{reports}` means the URL of reports/. */
  readonly projects: Readonly<Record<string, string>>;
  readonly arguments?: readonly string[];
  /** Text of a global set-up module for all projects. */
  readonly globalSetup?: string;
  /** Text of a module that each worker loads before all else. */
  readonly workerStart?: string;
  /** Called with the output so far; `send` signals the whole process group, as a terminal and `timeout` do. */
  readonly onOutput?: (output: string, send: (signal: NodeJS.Signals) => void) => void;
}

/** As vitest.config.ts attaches the reporter. */
const configText = (projects: readonly object[]): string => `
  const load = (file) => import("{reports}/" + file); // by Node itself, not bundled with this file
  const { default: BenchReporter } = await load("reporter.ts");
  const { attachReporter } = await load("reporter/attach.ts");
  const exitCodeOf = (code) => ({ E_SERVICE: 3 })[code];
  const settings = { measuring: ["kalium"], orderly: ["smoke"], out: "out", exitCodeOf, runAgain: () => "npx vitest run" };
  const plugins = [attachReporter(new BenchReporter(settings))];
  const projects = ${JSON.stringify(projects)}.map((project) => ({ ...project, plugins }));
  export default { test: { reporters: ["default"], projects } };
`;

export async function runTinySuite({
  projects,
  globalSetup,
  workerStart,
  onOutput,
  ...options
}: TinySuite): Promise<VitestRun> {
  const folder = await mkdtemp(join(tmpdir(), "kalium-bench-reporter-"));
  const dispose = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));
    const reports = join(root, "reports");
    const located = (text: string): string => text.replaceAll("{reports}", reports).replaceAll("{folder}", folder);
    for (const [name, text] of Object.entries(projects)) {
      await writeFile(join(folder, `${name}.test.ts`), located(text));
    }
    if (globalSetup !== undefined) await writeFile(join(folder, "setup.ts"), located(globalSetup));
    const setup = globalSetup === undefined ? {} : { globalSetup: [join(folder, "setup.ts")] };
    if (workerStart !== undefined) await writeFile(join(folder, "worker.ts"), workerStart);
    const preloaded = [
      join(reports, "reporter/outlive-interrupt.ts"),
      ...(workerStart ? [join(folder, "worker.ts")] : []),
    ];
    const execArgv = preloaded.flatMap((path) => ["--import", path]);
    const list = Object.keys(projects).map((name) => ({
      test: { name, include: [`${name}.test.ts`], execArgv, testTimeout: 300_000, ...setup },
    }));
    await writeFile(join(folder, "vitest.config.mjs"), located(configText(list)));
    const child = spawn(
      process.execPath,
      [join(root, "node_modules/vitest/vitest.mjs"), "run", "--root", folder, ...(options.arguments ?? [])],
      {
        detached: true, // a process group of its own
        env: { ...process.env, NO_COLOR: "1", CI: "", VITEST: "", NODE_OPTIONS: "" },
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString("utf8");
      onOutput?.(stdout, (signal) => {
        if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal);
      });
    });
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString("utf8")));
    const [code] = (await once(child, "close")) as [number | null];
    return { folder, code, stdout, stderr, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}
