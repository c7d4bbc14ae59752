// What a user without root gets, as one line of JSON.
import { runtimes } from "../index.ts";
import { askInstance, openTestRun, patience, specFor, untilProbeReady } from "./test-run.ts";
import { tracesOf } from "./traces.ts";

const run = await openTestRun();
const findings: Record<string, unknown> = { network: run.settings.network.kind };
for (const runtime of runtimes) {
  const opened = await runtime.open(run.settings, patience);
  if (!opened.available) {
    findings[runtime.name] = opened.reason;
    continue;
  }
  const sandbox = await opened.driver.start(specFor(run), patience);
  await untilProbeReady(sandbox);
  findings[runtime.name] = await askInstance(sandbox, "/");
  await sandbox.stop(1000);
}
findings["traces"] = await tracesOf({ runId: run.settings.runId, path: run.settings.runDirectory });
await run[Symbol.asyncDispose]();
process.stdout.write(`${JSON.stringify(findings)}\n`);
