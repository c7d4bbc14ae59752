import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { globalSetup, measuringTest, tinyResults } from "./testing/measuring-suite.ts";
import { type TinySuite, runTinySuite } from "./testing/run-vitest.ts";

/** Sends the first signal as soon as `text` is printed, then the others, `everyMs` apart. */
function signalWhenPrinted(
  text: string,
  signals: readonly NodeJS.Signals[] = ["SIGINT"],
  everyMs = 20,
): NonNullable<TinySuite["onOutput"]> {
  let sent = false;
  return (output, send) => {
    if (sent || !output.includes(text)) return;
    sent = true;
    signals.forEach((signal, index) => (index === 0 ? send(signal) : setTimeout(send, index * everyMs, signal)));
  };
}

const interruptedSuite = measuringTest(`
  test("first", async ({ task }) => recordLatency(task, write("product-photos-report")));
  test("second", async ({ signal }) => {
    console.log("second is running");
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    console.log("second was asked to stop");
  });
  test("third", async ({ task }) => recordLatency(task, write("product-photos-assign")));`);

test.for<[string, NodeJS.Signals[]]>([
  ["Ctrl-C", ["SIGINT"]],
  ["Ctrl-C that npm sends once more", ["SIGINT", "SIGINT"]],
  ["Ctrl-C that the command line passes on first", ["SIGTERM", "SIGINT", "SIGTERM"]],
  ["SIGTERM of timeout, passed on by all", ["SIGTERM", "SIGTERM", "SIGTERM"]],
  ["a closed terminal", ["SIGHUP", "SIGHUP"]],
])("%s keeps what was measured and marks the run as interrupted", async ([, signals]) => {
  const onOutput = signalWhenPrinted("second is running", signals);
  await using run = await runTinySuite({ globalSetup, projects: { kalium: interruptedSuite }, onOutput });
  expect(run.code).toBe(130);
  expect(run.stdout).toContain("second was asked to stop");
  expect(run.stdout).toContain("teardown speaks");
  const results = await tinyResults(run.folder);
  expect(results.run.outcome).toBe("interrupted");
  expect(run.stdout).toContain(`npm run resume -- ${results.folder}`);
  expect(results.latency.map(({ label }) => label)).toEqual(["product-photos-report"]);
  expect(await readdir(join(run.folder, "out"))).toContain("figure-8.svg");
});

test("Ctrl-C gives teardowns their turn where sandboxes are up without a measurement", async () => {
  await using run = await runTinySuite({
    globalSetup,
    projects: {
      smoke: `
        import { test } from "vitest";
        test("endless", async () => {
          console.log("endless is running");
          await new Promise(() => setInterval(() => {}, 1000));
        }, 30_000);`,
    },
    onOutput: signalWhenPrinted("endless is running"),
  });
  expect(run.code).toBe(130);
  expect(run.stdout).toContain("teardown speaks");
  expect(run.stderr).toContain("stopping and removing what was started");
  expect(await readdir(run.folder)).not.toContain("out");
});

test("what a cancelled test delivers while its suite's teardown waits for it is drawn", async () => {
  await using run = await runTinySuite({
    globalSetup,
    projects: {
      kalium: measuringTest(`
        import { beforeAll } from "vitest";
        import { setTimeout as sleep } from "node:timers/promises";
        import { createOutlast } from "{reports}/../helpers/testbed/suite/outlast.ts";
        const outlast = createOutlast();
        beforeAll(() => outlast.after(async () => console.log("torn down")));
        test("slow to end", ({ task, signal }) => outlast.during((async () => {
          console.log("slow is running");
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
          await sleep(300); // its sandboxes
          await recordLatency(task, write("product-photos-report"));
          console.log("handed over");
        })()), 30_000);`),
    },
    onOutput: signalWhenPrinted("slow is running"),
  });
  expect(run.code).toBe(130);
  expect(run.stdout).toMatch(/handed over[^]*torn down/);
  expect((await tinyResults(run.folder)).latency.map(({ label }) => label)).toEqual(["product-photos-report"]);
  expect(await readdir(join(run.folder, "out"))).toContain("figure-8.svg");
});

test("Ctrl-C while the worker starts measures nothing, and is not a failure to explain", async () => {
  await using run = await runTinySuite({
    globalSetup,
    workerStart: `
      process.stdout.write("worker starts\\n");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500); // as slow as on a busy machine`,
    projects: { kalium: interruptedSuite },
    onOutput: signalWhenPrinted("worker starts"),
  });
  expect(run.code).toBe(130);
  expect(run.stderr).not.toContain("nothing was measured");
  expect(run.stdout).toContain("Nothing was measured in this session.\n");
  const results = await tinyResults(run.folder);
  expect(results.run.outcome).toBe("interrupted");
  expect(results.latency).toEqual([]);
});

test("Ctrl-C while the lab starts says that nothing was measured, and the command to type again", async () => {
  await using run = await runTinySuite({
    globalSetup: `
      export default async () => {
        process.stdout.write("lab starts\\n");
        await new Promise((resolve) => setTimeout(resolve, 1_000)); // as long as the first part of a lab takes
        return () => console.log("teardown speaks");
      };`,
    projects: { kalium: interruptedSuite },
    onOutput: signalWhenPrinted("lab starts"),
  });
  expect(run.code).toBe(130);
  expect(run.stdout).toMatch(/Nothing was measured\.\nRun again {2}npx vitest run\n/);
  expect(run.stdout).not.toContain("npm run resume");
});

test("a second Ctrl-C ends a run that does not stop", async () => {
  await using run = await runTinySuite({
    globalSetup,
    projects: {
      kalium: measuringTest(`
        test("deaf", () => {
          process.stdout.write("deaf is running\\n");
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30_000);
        }, 40_000);`),
    },
    onOutput: signalWhenPrinted("deaf is running", Array<NodeJS.Signals>(20).fill("SIGINT"), 600),
  });
  expect(run.code).toBe(130);
  expect((await tinyResults(run.folder)).run.outcome).toBe("running");
});
