import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { globalSetup, lastLine, measuringTest, tinyResults } from "./testing/measuring-suite.ts";
import { runTinySuite } from "./testing/run-vitest.ts";

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
  const results = await tinyResults(run.folder);
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
  expect((await tinyResults(run.folder)).run.outcome).toBe("failed");
  expect(await readdir(join(run.folder, "out"))).toContain("figure-8.svg");
});

test("a call that failed is printed once, with its code, and in full where no other reporter shows it", async () => {
  const kalium = measuringTest(`
    test("product-photos-report", async ({ task }) => {
      await recordLatency(task, write("product-photos-report"));
      throw Object.assign(new Error("another body\\n  -> Correct it."), { code: "E_WRONG_ANSWER" });
    });`);
  await using run = await runTinySuite({ globalSetup, projects: { kalium } });
  expect((run.stdout + run.stderr).match(/^ +-> Correct it\.$/gm)).toHaveLength(1);
  expect(run.stderr).toContain("kalium-bench: E_WRONG_ANSWER: the failed test above says why");
  const words = ["--reporter=junit", "--outputFile.junit=tests.xml"];
  await using quiet = await runTinySuite({ globalSetup, projects: { kalium }, arguments: words });
  expect(quiet.stderr).toContain("kalium-bench: E_WRONG_ANSWER: another body\n  -> Correct it.");
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
  expect((await tinyResults(run.folder)).run.outcome).toBe("passed");
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
  expect((await tinyResults(run.folder)).run.outcome).toBe("failed");
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
  const coded = measuringTest(`
    import { beforeAll } from "vitest";
    beforeAll(() => { throw Object.assign(new Error("no database"), { code: "E_MYSQL" }); });
    test("never runs", () => {});`);
  await using known = await runTinySuite({ globalSetup, projects: { kalium: coded } });
  expect(known.stderr).toContain("kalium-bench: E_MYSQL: no database\n");
  expect(known.stderr, "said once").not.toContain("nothing was measured");
});
