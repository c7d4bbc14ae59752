import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { clientSystem, type LoadRecord } from "../records/load-record.ts";
import { writeLoad } from "../records/store.ts";
import { renderReport } from "../render.ts";
import { scratchFolder } from "../testing/scratch.ts";
import { writeSynthetic } from "../testing/synthetic.ts";
import { syntheticLoad } from "../testing/synthetic-load.ts";
import { cpuPerCallNs } from "./step-cpu.ts";
import { summariseLoad } from "./summary.ts";
import { stepsTable } from "./tables.ts";

const cpu = { gvisor: { callMs: 9, rest: 45 }, native: { callMs: 4.5, rest: 0 } };
const capacities = { gvisor: 1_000 };
const one = (): LoadRecord => syntheticLoad({ capacities, cpu });

test("a call's processor time is found at every rate, without what the sandboxes use at rest", () => {
  const { cells } = summariseLoad(one());
  for (const { system, ratePerS, cpu: found } of cells) {
    const truth = { gvisor: 9e6, native: 4.5e6 }[system];
    if (truth === undefined) expect([system, found]).toEqual([clientSystem, undefined]);
    else expect(found?.meanNs, `${system} at ${ratePerS}`).toBeCloseTo(truth, -1);
  }
});

test("overlapping calls count once as the time in which a system is not at rest", () => {
  const record = one();
  const slow = record.samples.map((call) => (call.serviceNs === undefined ? call : { ...call, serviceNs: 600e6 }));
  const step = { system: "gvisor", block: 0, ratePerS: 20 };
  const used = record.steps.find(({ system, ratePerS }) => system === "gvisor" && ratePerS === 20)?.usage;
  const busyNs = 199 * 50e6 + 600e6;
  const truth = ((used?.cpuNs["gvisor"] ?? NaN) - 0.045 * (12e9 - busyNs)) / 200;
  expect(cpuPerCallNs({ ...record, samples: slow }, step)).toBeCloseTo(truth, -1);
});

test("what nobody could tell is a dash and an empty field, and no zero", async () => {
  const { steps, ...record } = one();
  const blind = {
    ...record,
    steps: steps.map(({ usage, ...step }) => (step.block === 1 ? step : { ...step, ...(usage && { usage }) })),
  };
  const texts = (of: LoadRecord) => stepsTable(summariseLoad(of)).rows.map((row) => row[9]);
  expect(stepsTable(summariseLoad(one())).columns[9]?.title).toBe("CPU/call ms");
  expect(texts(blind)).toEqual(Array.from({ length: 9 }, () => "–"));
  expect(texts(one()).slice(0, 3)).toEqual(
    Array.from({ length: 3 }, () => expect.stringMatching(/^(9.00|4.50) ± 0.00$/) as string),
  );
  const folder = await writeSynthetic(await scratchFolder(), []);
  await writeLoad(folder, blind);
  const out = await scratchFolder();
  await renderReport(folder, out);
  const [head = "", ...rows] = (await readFile(join(out, "load.csv"), "utf8")).trimEnd().split("\n");
  const at = head.split(",").indexOf("cpu_per_call_ns");
  const fields = rows.map((row) => row.split(",")).filter(([, system]) => system === "gvisor");
  expect(fields.map((row) => [row[2], row[at]])).toEqual(
    [0, 1].flatMap((block) => [20, 50, 100].map(() => [String(block), block === 0 ? "9000000" : ""])),
  );
});
