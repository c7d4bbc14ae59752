// A harness that is about to be killed: holds two sandboxes of the named runtime, and says so in one line of JSON.
import { runtimes } from "../index.ts";
import { driverOf, openTestRun, patience, specFor, untilProbeReady } from "./test-run.ts";

const run = await openTestRun();
const runtime = runtimes.find(({ name }) => name === process.argv[2]);
if (runtime === undefined) throw new Error(`no runtime ${process.argv[2] ?? ""}`);
const opened = await runtime.open(run.settings, patience);
if (opened.available) {
  const driver = driverOf(opened);
  await Promise.all(
    [specFor(run), specFor(run)].map(async (spec) => untilProbeReady(await driver.start(spec, patience))),
  );
}
const { runId, runDirectory } = run.settings;
const reason = opened.available ? undefined : opened.reason;
process.stdout.write(`${JSON.stringify({ runId, path: runDirectory, reason })}\n`);
setInterval(() => undefined, 60_000);
