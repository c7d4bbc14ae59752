import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, test } from "vitest";
import { operationNames } from "../../../reports/records/system-call-record.ts";
import { latestResults, readResults } from "../../../reports/records/store.ts";
import { scratchFolder } from "../../../reports/testing/scratch.ts";
import { noLocalServer } from "../../services/mysql/test-server.ts";

const launcher = fileURLToPath(new URL("../../cli/kalium-bench", import.meta.url));
const project = fileURLToPath(new URL("../../../", import.meta.url));
const reason = process.geteuid?.() === 0 ? noLocalServer : "needs root, for sandboxes";

test.skipIf(reason)(
  `the suite's own command measures every operation under every runtime, and draws them ${reason ?? ""}`,
  async ({ skip }) => {
    const root = await scratchFolder();
    const words = ["vitest", "suites/kalium/system-calls.suite.ts", "-t", "system calls"];
    const { exitCode, stdout, stderr } = await execa(launcher, words, {
      ...{ cwd: project, reject: false, stdin: "ignore", timeout: 570_000 },
      env: {
        ...{ KALIUM_PROFILE: "smoke", KALIUM_SYSTEMS: "native,runc,gvisor,kalium-native", KALIUM_SETUP: "never" },
        ...{ KALIUM_MYSQL_SOURCE: "local", KALIUM_CALL_TIMEOUT_MS: "300000", NO_COLOR: "1" },
        ...{ KALIUM_RESULTS: join(root, "results"), KALIUM_OUT: join(root, "out") },
      },
    });
    if (/E_RUNTIME_UNAVAILABLE/.test(stdout + stderr)) skip(stderr);
    expect(exitCode, stdout + stderr).toBe(0);
    const { systemCalls, run } = await readResults(await latestResults(join(root, "results")));
    expect(run.outcome).toBe("passed");
    expect(systemCalls?.baseline).toBe("native");
    expect(systemCalls?.systems.map(({ name }) => name)).toEqual(["native", "runc", "gvisor"]); // kalium-native has a guard
    expect(systemCalls?.series).toHaveLength(3 * operationNames.length);
    expect(new Set(systemCalls?.series.map(({ operation }) => operation))).toEqual(new Set(operationNames));
    expect(await readFile(join(root, "out", "system-calls.md"), "utf8")).toMatch(/fork, exec, wait/);
  },
);
