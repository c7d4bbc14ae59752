import { appendFileSync, existsSync } from "node:fs";
import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { type Progress, reportProgress } from "../records/progress.ts";
import { watchProgress } from "./progress-file.ts";
import { liveTable, timeLeft } from "./live-table.ts";
import { createProgressView, progressLine } from "./progress-view.ts";

const progress: Progress = {
  taskId: "t1",
  label: "product-photos-report",
  done: 42,
  total: 120,
  baseline: "gvisor",
  perSystem: { gvisor: { count: 21, medianNs: 8_020_000 }, native: { count: 21, medianNs: 4_010_000 } },
  etaMs: 80_000,
};

/** A stream that keeps what is written; `isTTY` as asked. */
function recordingStream(isTTY: boolean) {
  let written = "";
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      written += chunk.toString("utf8");
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY, columns: 200, rows: 24 }) as never, written: () => written };
}

test("a line says how far a function is, its medians, ratios and the time left", () => {
  expect(progressLine(progress)).toBe(
    "product-photos-report  42/120  gVisor 8.02 ms  native 4.01 ms (0.50)  1 min 20 s left",
  );
  expect(timeLeft(900)).toBe("1 s");
});

test("calls have no total where time decides", () => {
  const { total: _total, ...open } = progress;
  expect(liveTable(open, 80)).toMatch(/^product-photos-report {2}42 calls {2}1 min 20 s left\n[^]*\n {2}measuring$/);
  expect(progressLine(open)).toMatch(/^product-photos-report {2}42 calls {2}gVisor/);
});

test("on a terminal a function is a table, with what is being done and the time left", () => {
  expect(liveTable({ ...progress, stage: "block 2 of 3: starting sandboxes of 2 systems" }, 80)).toBe(
    [
      "product-photos-report  42 of 120 calls  1 min 20 s left",
      "  System  Calls  Median ms  Ratio".replace("System", "System  "),
      "  gVisor       21       8.02",
      "  native       21       4.01   0.50",
      "  block 2 of 3: starting sandboxes of 2 systems",
    ].join("\n"),
  );
});

test.for([80, 60, 40])("at %i columns no line of the table is longer, and every system keeps its numbers", (width) => {
  const names = ["gvisor", "gvisor-aa", "kalium-native", "kalium-microbench", "trapeze-as-shipped", "native-lean"];
  const perSystem = Object.fromEntries(names.map((name) => [name, { count: 1_234, medianNs: 12_345_678 }]));
  const text = liveTable({ ...progress, perSystem, stage: "s".repeat(100) }, width);
  const lines = text.split("\n");
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width);
  expect(lines).toHaveLength(names.length + 3);
  for (const line of lines.slice(3, -1)) expect(line).toMatch(/1234 +12\.3 +1\.00$/);
});

test("without a terminal only lines that stay are printed", () => {
  const { stream, written } = recordingStream(false);
  const view = createProgressView(stream);
  view.show(progress);
  view.clear();
  view.print("done");
  expect(written()).toBe("done\n");
});

test("without a terminal what happens before the first call is printed once per function and per hook", () => {
  const { stream, written } = recordingStream(false);
  const view = createProgressView(stream);
  const opening = { ...progress, done: 0, perSystem: {}, etaMs: undefined, stage: "block 1 of 3: starting sandboxes" };
  const hook = {
    ...opening,
    taskId: "product-photos",
    label: "product-photos",
    total: 0,
    stage: "filling 2 databases",
  };
  for (const each of [hook, hook, { ...hook, stage: "starting the image server" }, opening, progress]) view.show(each);
  view.show({ ...opening, done: 60, stage: "block 2 of 3: starting sandboxes" });
  expect(written()).toBe(
    "product-photos  filling 2 databases\nproduct-photos  starting the image server\n" +
      "product-photos-report  0/120  block 1 of 3: starting sandboxes\n",
  );
});

test("on a terminal the live line is redrawn and makes way for lines that stay", () => {
  const { stream, written } = recordingStream(true);
  const view = createProgressView(stream);
  view.show(progress);
  view.show({ ...progress, done: 43 });
  expect(written()).toContain("43 of 120 calls");
  view.print("done");
  expect(written()).toMatch(/\u001B\[[\dA-Z;]*.*done\n$/s);
});

test("the newest state of each task arrives, torn and foreign lines are left out", async () => {
  const arrived = Promise.withResolvers<Progress>();
  const file = watchProgress((state) => state.done === 50 && arrived.resolve(state));
  try {
    const line = (done: number) => `${JSON.stringify({ ...progress, done })}\n`;
    appendFileSync(file.path, `not ours\n${line(49)}${line(50).slice(0, 10)}`);
    appendFileSync(file.path, line(50).slice(10));
    expect(await arrived.promise).toEqual({ ...progress, done: 50 });
  } finally {
    file.close();
    file.close();
  }
  expect(existsSync(file.path)).toBe(false);
});

test("reporting does nothing without a listener", () => {
  expect(() => reportProgress({ id: "t1" }, progress)).not.toThrow();
});
