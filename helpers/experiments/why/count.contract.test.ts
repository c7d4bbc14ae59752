import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { latestResults, readResults } from "../../../reports/records/store.ts";
import { scratchFolder } from "../../../reports/testing/scratch.ts";
import { findStrace } from "../../machine/find-strace.ts";
import { noLocalServer } from "../../services/mysql/test-server.ts";
import { countCalls, type Window } from "./count-window.ts";
import { startTrace } from "./strace.ts";

const strace = await findStrace().catch((error: unknown) => (error as Error).message);
const unusable = process.geteuid?.() === 0 ? (typeof strace === "string" ? strace : undefined) : "needs root";

/** Known calls for each line of its input. */
const program = `
  const fs = require("node:fs");
  const fd = fs.openSync(process.argv[1], "w");
  process.stdin.on("data", () => {
    for (let i = 0; i < 37; i++) process.ppid;
    for (let i = 0; i < 11; i++) fs.statSync("/");
    for (let i = 0; i < 7; i++) fs.writeSync(fd, "x");
    for (let i = 0; i < 5; i++) fs.fsyncSync(fd);
    fs.writeSync(1, "done");
  });
`;

test.skipIf(unusable)(`counts of known calls are exact, call by call ${unusable ?? ""}`, async ({ signal }) => {
  if (typeof strace === "string") return;
  const folder = await scratchFolder();
  const child = spawn(process.execPath, ["-e", program, join(folder, "file")], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const answer = async (): Promise<Window> => {
    const fromS = Date.now() / 1e3;
    child.stdin.write("go\n");
    await once(child.stdout, "data", { signal });
    return { fromS, toS: (Date.now() + 1) / 1e3 }; // it counts whole ms
  };
  await answer(); // it runs
  await using trace = await startTrace(strace, [child.pid ?? 0], { file: join(folder, "trace"), signal });
  const windows: Window[] = [];
  while (windows.length < 3) {
    await sleep(20);
    windows.push(await answer());
  }
  const counted = countCalls(await trace.calls(), windows);
  const of = (call: RegExp, on?: string): readonly (readonly number[])[] =>
    counted.filter((entry) => call.test(entry.call) && entry.on === on).map(({ counts }) => counts);
  expect(of(/^getppid$/)).toEqual([[37, 37, 37]]);
  expect(of(/stat/)).toEqual([[11, 11, 11]]);
  expect(of(/^write$/, "file")).toEqual([[7, 7, 7]]);
  expect(of(/^fsync$/, "file")).toEqual([[5, 5, 5]]);
  expect(of(/^write$/, "pipe")).toEqual([[1, 1, 1]]);
});

const launcher = fileURLToPath(new URL("../../cli/kalium-bench", import.meta.url));
const project = fileURLToPath(new URL("../../../", import.meta.url));
const reason = unusable ?? noLocalServer;

test.skipIf(reason)(
  `npm run why measures a function, counts its system calls and says how much they explain ${reason ?? ""}`,
  { timeout: 1_800_000 }, // all operations of two runtimes, then a function, on a machine that may be busy
  async ({ skip }) => {
    const root = await scratchFolder();
    const label = "product-purchase-getprice";
    const { exitCode, stdout, stderr } = await execa(launcher, ["why", label, "--systems", "native,gvisor"], {
      ...{ cwd: project, reject: false, stdin: "ignore", timeout: 1_790_000 },
      env: {
        ...{ KALIUM_PROFILE: "smoke", KALIUM_SETUP: "never", KALIUM_MYSQL_SOURCE: "local", NO_COLOR: "1" },
        ...{ KALIUM_CALL_TIMEOUT_MS: "300000", KALIUM_RESULTS: join(root, "results"), KALIUM_OUT: join(root, "out") },
      },
    });
    if (/E_RUNTIME_UNAVAILABLE/.test(stdout + stderr)) skip(stderr);
    expect(exitCode, stdout + stderr).toBe(0);
    const { callCounts = [], systemCalls, latency } = await readResults(await latestResults(join(root, "results")));
    expect(latency.map((record) => record.label)).toEqual([label]);
    expect(systemCalls?.systems.map(({ name }) => name)).toEqual(["native", "gvisor"]);
    const [counts] = callCounts;
    expect([counts?.label, counts?.system, callCounts.length]).toEqual([label, "native", 1]);
    const [inside, ...more] = counts?.inSandbox ?? [];
    expect([inside?.system, inside?.problem, more.length]).toEqual(["gvisor", undefined, 0]);
    expect(inside?.calls.find(({ call }) => call === "write")?.counts.every((count) => count > 0)).toBe(true);
    const answered = counts?.calls.find(({ call, on }) => call === "connect" && on === "tcp-outside")?.counts;
    expect(answered).toEqual([1, 1, 1]); // to the database, in every invocation
    expect(await readFile(join(root, "out", "why.md"), "utf8")).toMatch(/\| product-purchase-getprice \| gVisor \|/);
  },
);
