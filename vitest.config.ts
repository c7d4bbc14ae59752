import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { outliveClosedOutput } from "./helpers/cli/closed-output.ts";
import { goDirect } from "./helpers/base/direct-traffic.ts";
import { errorCodes, exitCodeOf } from "./helpers/base/exit-code.ts";
import { startedBy } from "./helpers/base/started-by.ts";
import { chosenProjects } from "./helpers/testbed/run/chosen-projects.ts";
import BenchReporter from "./reports/reporter.ts";
import { workerEnded } from "./reports/reporter/ending-error.ts";
import { attachReporter } from "./reports/reporter/attach.ts";

/** `node_modules/.bin/vitest` takes whatever Node is first in PATH; npm and npx take the project's own. */
const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 24) {
  const words = process.argv.slice(2).map((word) => (/^[\w./=:-]+$/.test(word) ? word : JSON.stringify(word)));
  process.stderr.write(
    `kalium-bench needs Node.js 24 or newer, and this is ${process.versions.node} (${process.execPath})\n` +
      `  -> npx vitest ${words.join(" ")}\n` +
      "     (`npx` and `npm run` use the Node that `npm ci` has put into node_modules)\n",
  );
  process.exit(3);
}

if (/[#?]|%[0-9a-f]{2}/i.test(import.meta.dirname)) {
  process.stderr.write(
    `kalium-bench: the path ${import.meta.dirname} holds #, ? or an escape like %20, and Vite cannot load files from there\n` +
      "  -> Move the checkout to a path without them; spaces and letters of any language are fine.\n",
  );
  process.exit(3);
}

outliveClosedOutput();
goDirect(); // before workers and services inherit what it changes

/** No second try: it would hide what failed. */
const once = { retry: 0, bail: 0, hookTimeout: 600_000 } as const;

/** One file at a time: nothing else may load the machine while something is measured. */
const alone = { ...once, fileParallelism: false, maxWorkers: 1 } as const;

/** The longest that one function under all its systems may take; single calls and starts have their own limits. */
const measuringTimeoutMs = 3_600_000;

const outliveInterrupt = ["--import", new URL("reports/reporter/outlive-interrupt.ts", import.meta.url).href];

const chosen = chosenProjects(process.argv, process.env["KALIUM_APP"]);

/** An error of ours says all in its words; the places in our code are for bugs, and for KALIUM_DEBUG=1. */
const onStackTrace = (error: { readonly message: string }): boolean =>
  process.env["KALIUM_DEBUG"] === "1" ||
  !(("code" in error && errorCodes.some((known) => known === error.code)) || workerEnded.test(error.message));

/** Added to every project, so that `--reporter` on the command line cannot take it away. */
const reporter = attachReporter(
  new BenchReporter({
    measuring: ["kalium", "load", "density", "app", "why"],
    orderly: ["smoke"],
    out: process.env["KALIUM_OUT"] ?? "reports/out",
    published: process.env["KALIUM_PUBLISHED"] !== "0",
    runAgain: () => (startedBy.command ? undefined : `npx vitest ${process.argv.slice(2).join(" ")}`),
    exitCodeOf: (code) => errorCodes.filter((known) => known === code).map(exitCodeOf)[0],
  }),
);

const projects: readonly TestProjectInlineConfiguration[] = [
  {
    test: {
      name: "unit",
      include: ["**/*.test.ts"],
      exclude: ["**/node_modules/**", "**/*.{contract,peers,slow,crash,chaos,cluster}.test.ts"],
      execArgv: outliveInterrupt,
      isolate: false, // they share loaded modules: half the processor time; no test may leave a module or a setting changed
      maxWorkers: "100%", // Vitest would leave one core of two idle
      testTimeout: 300_000, // for a test that hangs, not for one on a machine that is busy
      hookTimeout: 300_000,
      sequence: { groupOrder: 1 },
    },
  },
  {
    test: {
      ...once,
      name: "contract",
      include: ["**/*.contract.test.ts"],
      maxWorkers: 2, // they wait more than they compute, and each has its own run, network and folders
      exclude: ["**/node_modules/**"],
      execArgv: outliveInterrupt,
      testTimeout: 600_000,
      sequence: { groupOrder: 2 },
    },
  },
  {
    test: {
      ...alone,
      name: "smoke",
      include: ["suites/smoke/*.suite.ts"],
      execArgv: outliveInterrupt,
      globalSetup: ["helpers/testbed/run/smoke-setup.ts"],
      testTimeout: 900_000,
      sequence: { groupOrder: 3 },
    },
  },
  {
    test: {
      ...alone,
      name: "kalium",
      include: ["suites/kalium/*.suite.ts"],
      execArgv: outliveInterrupt,
      globalSetup: ["helpers/testbed/run/global-setup.ts"],
      testTimeout: measuringTimeoutMs,
      sequence: { groupOrder: 4 },
    },
  },
  {
    test: {
      ...alone,
      name: "load",
      include: ["suites/load/*.suite.ts"],
      execArgv: outliveInterrupt,
      globalSetup: ["helpers/testbed/run/global-setup.ts"],
      testTimeout: measuringTimeoutMs,
      sequence: { groupOrder: 10 },
    },
  },
  {
    test: {
      ...alone,
      name: "density",
      include: ["suites/density/*.suite.ts"],
      execArgv: outliveInterrupt,
      globalSetup: ["helpers/testbed/run/global-setup.ts"],
      testTimeout: measuringTimeoutMs,
      sequence: { groupOrder: 14 },
    },
  },
  {
    test: {
      ...alone,
      name: "app",
      include: ["suites/app/*.suite.ts"],
      execArgv: outliveInterrupt,
      globalSetup: ["helpers/testbed/run/global-setup.ts"],
      testTimeout: measuringTimeoutMs,
      sequence: { groupOrder: 11 },
    },
  },
  {
    test: {
      ...alone,
      name: "why",
      include: ["suites/why/*.suite.ts"],
      execArgv: outliveInterrupt,
      globalSetup: ["helpers/testbed/run/global-setup.ts"],
      testTimeout: measuringTimeoutMs,
      sequence: { groupOrder: 13 },
    },
  },
  {
    test: {
      ...alone,
      name: "report",
      include: ["suites/report/*.suite.ts"],
      testTimeout: 900_000,
      sequence: { groupOrder: 5 },
    },
  },
  {
    test: {
      ...alone,
      name: "peers",
      include: ["**/*.peers.test.ts"],
      exclude: ["**/node_modules/**"],
      testTimeout: 900_000,
      hookTimeout: 900_000,
      sequence: { groupOrder: 6 },
    },
  },
  {
    test: {
      ...alone,
      name: "slow",
      include: ["**/*.slow.test.ts"],
      exclude: ["**/node_modules/**"],
      testTimeout: 900_000,
      disableConsoleIntercept: true, // they print the figures that docs/method.md quotes
      sequence: { groupOrder: 7 },
    },
  },
  {
    test: {
      ...alone,
      name: "fuzz",
      include: ["helpers/maintenance/evidence/altered-*.test.ts"],
      exclude: ["**/node_modules/**"],
      env: { ALTERED_RUNS: "10000" }, // as unit tests they take a tenth
      testTimeout: 900_000,
      sequence: { groupOrder: 15 },
    },
  },
  {
    test: {
      ...alone,
      name: "crash",
      include: ["**/*.crash.test.ts"],
      exclude: ["**/node_modules/**"],
      testTimeout: 3_600_000, // a run is begun and resumed, each within 15 minutes on a busy machine
      disableConsoleIntercept: true, // they print their seed
      sequence: { groupOrder: 8 },
    },
  },
  {
    test: {
      ...alone,
      name: "chaos",
      include: ["**/*.chaos.test.ts"],
      exclude: ["**/node_modules/**"],
      testTimeout: 3_600_000,
      hookTimeout: 600_000,
      disableConsoleIntercept: true, // they print their table
      sequence: { groupOrder: 12 },
    },
  },
  {
    test: {
      ...alone,
      name: "cluster",
      include: ["**/*.cluster.test.ts"],
      exclude: ["**/node_modules/**"],
      testTimeout: 1_800_000,
      hookTimeout: 600_000,
      disableConsoleIntercept: true, // they print their seed
      sequence: { groupOrder: 9 },
    },
  },
];

export default defineConfig({
  test: {
    ...(chosen && { project: [...chosen] }),
    reporters: ["default"],
    experimental: { diagnostics: false }, // no advice on faster tests below a user's figures
    onStackTrace,
    projects: projects.map((project) => ({
      extends: false, // else Vitest reads this file once more for each project
      plugins: [reporter],
      test: { ...project.test, onStackTrace, expect: { poll: { timeout: 240_000, interval: 20 } } }, // it waits for what will be
    })),
  },
});
