import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readResults } from "./records/store.ts";
import { type TinySuite, runTinySuite } from "./testing/run-vitest.ts";

/** A global set-up as the harness has one: it creates the results folder and provides it. */
const globalSetup = `
  import { createResults } from "{reports}/records/store.ts";
  import { syntheticRunRecord } from "{reports}/testing/synthetic.ts";
  export default async (project) => {
    const run = syntheticRunRecord({ outcome: "running" });
    console.log("set-up knows", project.getProvidedContext().testFiles);
    const resultsDirectory = await createResults("{folder}/results", run).catch(() => "{folder}/results/" + run.runId);
    project.provide("lab", { resultsDirectory });
    return () => console.log("teardown speaks");
  };`;

const measuringTest = (body: string): string => `
  import { inject, test } from "vitest";
  import { recordLatency } from "{reports}/records/artifact.ts";
  import { reportProgress } from "{reports}/records/progress.ts";
  import { syntheticRecord, writeJournal } from "{reports}/testing/synthetic.ts";
  const write = (label) => writeJournal(inject("lab").resultsDirectory, syntheticRecord({ label, rounds: 8 }));
  ${body}`;

const resultsOf = async (folder: string) => {
  const [run = ""] = await readdir(join(folder, "results"));
  return readResults(join(folder, "results", run));
};

const lastLine = (output: string): string | undefined => output.trimEnd().split("\n").at(-1);

test("a measuring run ends with records, a finished run.json, the table, the pictures and the closing line", async () => {
  await using run = await runTinySuite({
    globalSetup,
    projects: {
      kalium: measuringTest(`
        test("product-photos-report", async ({ task }) => {
          reportProgress(task, { label: "x", done: 1, total: 2, perSystem: {} });
          await recordLatency(task, write("product-photos-report"));
        });
        test("product-photos-assign", async ({ task }) => recordLatency(task, write("product-photos-assign")));`),
    },
  });
  expect(run.stderr).toBe("");
  expect(run.code).toBe(0);
  expect(run.stdout).toContain(`set-up knows [ '${join(run.folder, "kalium.test.ts")}' ]`);
  const results = await resultsOf(run.folder);
  expect(results.latency.map(({ label }) => label)).toEqual(["product-photos-assign", "product-photos-report"]);
  expect(results.recovered).toEqual([]);
  expect(results.run.outcome).toBe("passed");
  expect(results.run.endedAt).toBeDefined();
  expect(run.stdout).toMatch(/geometric mean +native/);
  expect(run.stdout).toContain(join(run.folder, "out/figure-8.svg"));
  expect(await readdir(join(run.folder, "out"))).toContain("figure-8.pdf");
  expect(run.stdout).toContain("teardown speaks");
  expect(lastLine(run.stdout)).toBe("2 passed, 0 failed, 0 skipped");
});

test("a part that is gone ends the run: later tests are cancelled, the error is named, what was measured is drawn", async () => {
  await using run = await runTinySuite({
    globalSetup,
    projects: {
      kalium: measuringTest(`
        test("product-photos-report", async ({ task }) => {
          await recordLatency(task, write("product-photos-report"));
          const lost = { code: "E_SERVICE", details: { endsRun: true } };
          throw Object.assign(new Error("the gateway no longer answers\\n  -> Check memory."), lost);
        });
        test("product-photos-assign", ({ signal }) => new Promise((resolve) => {
          if (signal.aborted) resolve();
          signal.addEventListener("abort", resolve); // may have begun before it hears of the end
        }));`),
    },
  });
  expect(run.code).toBe(3);
  expect(run.stderr).toContain("kalium-bench: E_SERVICE: the gateway no longer answers\n  -> Check memory.\n");
  expect(run.stdout).toContain("Continue  npm run resume -- ");
  expect((await resultsOf(run.folder)).run.outcome).toBe("failed");
  expect(await readdir(join(run.folder, "out"))).toContain("figure-8.svg");
});

test("a run with a record of policy accuracy alone is drawn, and misses no latency", async () => {
  await using run = await runTinySuite({
    globalSetup,
    projects: {
      kalium: `
        import { inject, test } from "vitest";
        import { recordFile } from "{reports}/records/artifact.ts";
        import { accuracyPath, writeAccuracy } from "{reports}/records/store.ts";
        test("curve", async ({ task }) => {
          const { resultsDirectory } = inject("lab");
          await writeAccuracy(resultsDirectory, {
            schema: "kalium-bench/accuracy@1", runId: "r", application: "Shop", system: "s", normalise: "path",
            workloadSeed: 1, times: [],
            curve: {
              semantics: "strict", trainingRounds: 2, testRounds: 4, requestsPerRound: 1, orderSeed: 1,
              rejected: [[3, 0]], leaveOneOut: { rounds: 6, rejected: 0 },
            },
          });
          await recordFile(task, accuracyPath(resultsDirectory));
        });`,
    },
  });
  expect(run.stderr).toBe("");
  expect(run.code).toBe(0);
  expect(run.stdout).toContain("The median is 0 from 2 rounds on");
  expect(run.stdout).not.toMatch(/missing|figure-8/);
  const out = await readdir(join(run.folder, "out"));
  expect(out).toEqual(expect.arrayContaining(["accuracy.html", "figure-7.png", "figure-7-log.pdf"]));
  expect((await resultsOf(run.folder)).run.outcome).toBe("passed");
});

test("a journal that changed after it was closed fails its test and is not recorded", async () => {
  await using run = await runTinySuite({
    globalSetup,
    projects: {
      kalium: measuringTest(`
        test("tampered", async ({ task }) => recordLatency(task, { ...write("tampered"), sha256: "0".repeat(64) }));`),
    },
  });
  expect(run.code).toBe(1);
  expect(run.stdout + run.stderr).toContain("the test announced 0000");
  expect(lastLine(run.stdout)).toBe("0 passed, 1 failed, 0 skipped");
  expect((await resultsOf(run.folder)).run.outcome).toBe("failed");
});

test("a -t without match fails the run and says which names there are", async () => {
  await using run = await runTinySuite({
    globalSetup,
    projects: {
      kalium: measuringTest(`
        import { describe } from "vitest";
        describe("flow", () => test("label", async ({ task }) => recordLatency(task, write("label"))));`),
    },
    arguments: ["-t", "flow label"], // as up to Vitest 4
  });
  expect(run.code).toBe(1);
  expect(run.stderr).toContain('no test matches -t "flow label"');
  expect(run.stderr).toContain("\n       flow > label\n");
  expect(run.stderr).not.toContain("nothing was measured");
  expect(lastLine(run.stdout)).toBe("0 passed, 1 failed, 1 skipped");
});

test("a -t without match fails a run that measures nothing, too, and counts names that are too many", async () => {
  const unit = `import { test } from "vitest"; test.for(Array.from({ length: 99 }, (_, n) => n))("test %i", () => {});`;
  await using run = await runTinySuite({ projects: { unit }, arguments: ["-t", "no such test"] });
  expect(run.code).toBe(1);
  expect(run.stderr).toMatch(/no test matches -t "no such test"[^]*\n {7}test 29\n {7}and 69 more\n$/);
});

test("what -t selects and nothing but skips is named; a -t about other projects asks for no record", async () => {
  const kalium = measuringTest(`test.skip("left out", () => {}); test("b", () => {});`);
  const unit = `import { test } from "vitest"; test("other", () => {});`;
  await using skipped = await runTinySuite({ globalSetup, projects: { kalium, unit }, arguments: ["-t", "left out"] });
  expect(skipped.code).toBe(1);
  expect(skipped.stderr).toContain("nothing was measured; these were skipped:\n       left out\n");
  await using other = await runTinySuite({ globalSetup, projects: { kalium, unit }, arguments: ["-t", "other"] });
  expect(other.stderr).toBe("");
  expect(other.code).toBe(0);
});

test("a run without a measuring project only gets the closing line", async () => {
  await using run = await runTinySuite({
    projects: {
      unit: `import { expect, test } from "vitest";
        test("right", () => {});
        test("wrong", () => expect(1).toBe(2));
        test.skip("later", () => {});`,
    },
  });
  expect(run.code).toBe(1);
  expect(run.stderr).not.toContain("kalium-bench");
  expect(await readdir(run.folder)).not.toContain("out");
  expect(lastLine(run.stdout)).toBe("1 passed, 1 failed, 1 skipped");
});

test("a hook or a file that fails without a failing test counts as a failure", async () => {
  await using run = await runTinySuite({
    projects: {
      hook: `import { beforeAll, test } from "vitest";
        beforeAll(() => { throw new Error("no database"); });
        test("never runs", () => {});`,
      file: `throw new Error("does not load");`,
    },
  });
  expect(run.code).toBe(1);
  expect(lastLine(run.stdout)).toMatch(/^0 passed, 2 failed, \d skipped$/);
});

test("where nothing was measured, the run says why: as the set-up did, or as a hook did", async () => {
  const kalium = measuringTest(`
    import { beforeAll } from "vitest";
    beforeAll(() => { throw new Error("no database\\n  -> Start one"); });
    test("never runs", () => {});`);
  const failing = `export default (project) => project.provide("labFailure", { code: "E_MYSQL", message: "no server" });`;
  await using setUp = await runTinySuite({ globalSetup: failing, projects: { kalium } });
  expect(setUp.stderr).toContain("kalium-bench: nothing was measured:\nE_MYSQL: no server\n");
  await using hook = await runTinySuite({ globalSetup, projects: { kalium } });
  expect(hook.stderr).toContain("kalium-bench: nothing was measured: no database\n  -> Start one\n");
});

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
  const results = await resultsOf(run.folder);
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
  expect((await resultsOf(run.folder)).latency.map(({ label }) => label)).toEqual(["product-photos-report"]);
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
  const results = await resultsOf(run.folder);
  expect(results.run.outcome).toBe("interrupted");
  expect(results.latency).toEqual([]);
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
  expect((await resultsOf(run.folder)).run.outcome).toBe("running");
});
