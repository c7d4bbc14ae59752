import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { compare } from "../comparison.ts";
import { drawResults } from "../draw.ts";
import { renderReport } from "../render.ts";
import { writeSyscalls } from "../records/store.ts";
import type { SyscallRecord } from "../records/syscall-record.ts";
import { scratchFolder } from "../testing/scratch.ts";
import { syntheticRecord, writeSynthetic } from "../testing/synthetic.ts";
import { explainCall } from "./explained.ts";
import { syscallFiles } from "./report.ts";

const base = { schema: "kalium-bench/syscalls@1", runId: "20261124T030000Z-0000000" } as const;
const log: SyscallRecord = {
  ...base,
  name: "pod",
  source: "boot-log",
  producer: "kalium-microbench-e662ecee",
  calls: {
    sendmsg: {
      tlsParsing: [2_000, 2_100],
      tlsLookup: [90, 500],
      eventConstruction: [4_000, 4_100],
      controller: [500_000, 600_000],
      localGuard: [20_000, 21_000],
      checkTotal: [522_000, 623_000],
      syscallTotal: [529_000, 630_500],
    },
    encrypt: { encrypt: [80_000] },
  },
};
const guard: SyscallRecord = {
  ...base,
  name: "guard",
  source: "embedded-guard",
  producer: "embedded guard",
  system: "kalium",
  function: "microbenchmark",
  calls: {
    write: { controller: [210_000, 190_000], checkTotal: [215_000, 196_000], syscallTotal: [300_000, 200_000] },
  },
};
const latency = syntheticRecord({ label: "microbenchmark", baselineMs: 2, blocks: 2, ratios: { kalium: 1.5 } });

test("tables, data and picture of every record are in the report, each labelled with its source", async () => {
  const folder = await writeSynthetic(await scratchFolder(), [latency]);
  await writeSyscalls(folder, log);
  await writeSyscalls(folder, guard);
  const { files, guarded } = await renderReport(folder, join(folder, "out"));
  expect(files.map((file) => basename(file))).toEqual(expect.arrayContaining(syscallFiles));
  const read = (name: string): Promise<string> => readFile(join(folder, "out", name), "utf8");
  const markdown = await read("report.md");
  expect(markdown).toContain("![Stages of guarded calls](syscalls.svg)");
  expect(markdown).toContain("## Guarded writes (write, writev): embedded guard, kalium, microbenchmark");
  expect(markdown).toContain("## Guarded sends (send, sendto, sendmsg, sendmmsg): boot log\n");
  expect(markdown).toContain("takes 2 durations below a microsecond for as many seconds");
  expect(await read("report.html")).toMatch(/<figure[^]*Stages of guarded calls/);
  expect(guarded.filter(({ table }) => table !== undefined)).toHaveLength(5);
  expect(JSON.parse(await read("syscalls.json"))).toMatchObject({
    pod: { source: "boot-log", sendmsg: { n: 2, stages: { controller: { medianNs: 550_000 } } }, write: { n: 0 } },
    guard: { source: "embedded-guard", write: { n: 2, stages: { checkTotal: { maxNs: 215_000 } } } },
  });
  for (const name of ["syscalls.json", "syscalls.csv"]) expect(await read(name)).not.toMatch(/\.\d{4}/); // of a ns
});

test("the terminal has the stages that the artifact timed, a sentence about our guard, and a line per picture", async () => {
  const folder = await writeSynthetic(await scratchFolder(), [latency]);
  await writeSyscalls(folder, log);
  await writeSyscalls(folder, { ...guard, calls: { write: { checkTotal: Array.from({ length: 6 }, () => 310_000) } } });
  const out = join(folder, "out");
  const said = await drawResults(folder, out, { width: 200 });
  expect(said).toContain(
    "Guarded calls: embedded guard, kalium, microbenchmark. Waits for verdicts: 310 µs per write (median of 6). The report has the stages.",
  );
  expect(said).toContain("Guarded sends (send, sendto, sendmsg, sendmmsg): boot log\nStage");
  expect(said).not.toMatch(/By function|Guarded writes/);
  expect(said).toContain(`Figure   ${join(out, "syscalls.svg")}, and as .png, .pdf\n`);
});

test("a run without such records has no section, and no picture of an earlier drawing", async () => {
  const root = await scratchFolder();
  const folder = await writeSynthetic(join(root, "a"), [latency]);
  await writeSyscalls(folder, guard);
  const out = join(root, "out");
  await renderReport(folder, out);
  const other = await writeSynthetic(join(root, "b"), [latency]);
  const { files } = await renderReport(other, out);
  expect(files.map((file) => basename(file)).filter((name) => name.startsWith("syscalls"))).toEqual([]);
  for (const name of syscallFiles) await expect(readFile(join(out, name)), name).rejects.toThrow("ENOENT");
  expect(await readFile(join(out, "report.md"), "utf8")).not.toContain("Guarded");
});

test("functions are pooled in tables and picture, and stand by themselves beside them", async () => {
  const labels = ["microbenchmark", "product-photos-assign", "product-photos-report"];
  const folder = await writeSynthetic(await scratchFolder(), [latency]);
  for (const label of labels) {
    await writeSyscalls(folder, { ...guard, name: `${label}.kalium`, function: label, invocations: 4 });
  }
  await writeSyscalls(folder, { ...guard, name: "other", system: "kalium-native" });
  const { guarded } = await renderReport(folder, join(folder, "out"));
  const of = (start: string) => guarded.filter(({ title }) => title.startsWith(start));
  expect(of("Guarded writes").map(({ title, table }) => [title.split(": ")[1], table?.rows[0]?.[1]])).toEqual([
    ["embedded guard, kalium, 3 functions", "6"],
    ["embedded guard, kalium-native, microbenchmark", "2"],
  ]);
  const rows = of("By function")[0]?.table?.rows ?? [];
  expect(rows.map(([name, , n, , , , , calls]) => [name, n, calls])).toEqual([
    ["microbenchmark", "2", "0.50"],
    ["product-photos-assign", "2", "–"],
    ["product-photos-report", "2", "–"],
  ]);
  expect(rows[0]?.at(-1)).toMatch(/^\d+ %$/);
  const csv = await readFile(join(folder, "out", "syscalls.csv"), "utf8");
  for (const label of labels) expect(csv).toContain(label);
});

test("the hooks' time per invocation is set against the difference of the mean latencies", () => {
  const comparison = compare([latency]);
  const meanNs = (name: string): number => comparison.cells.find(({ system }) => system === name)?.meanNs ?? NaN;
  expect(explainCall({ ...guard, invocations: 4 }, comparison)).toEqual({
    system: "kalium",
    baseline: "gvisor",
    callsPerInvocation: 0.5,
    hookNs: 125_000,
    differenceNs: meanNs("kalium") - meanNs("gvisor"),
    uncertain: false,
  });
  const noise = { ...comparison, cells: comparison.cells.map((cell) => ({ ...cell, ratio: undefined })) };
  expect(explainCall({ ...guard, invocations: 4 }, noise)?.uncertain).toBe(true);
});

test.each<[string, Partial<SyscallRecord>]>([
  ["without the number of invocations", {}],
  ["of a function that was not measured", { invocations: 2, function: "product-photos-report" }],
  ["of the baseline", { invocations: 2, system: "gvisor" }],
  ["without the total", { invocations: 2, calls: { write: { controller: [1] } } }],
])("explains nothing %s", (_, changes) => {
  expect(explainCall({ ...guard, ...changes }, compare([latency]))).toBeUndefined();
});

test("report and terminal say how many verdicts on invocations came with their call, and how many were foreseen", async () => {
  const invocation = { checkTotal: Array.from({ length: 7 }, () => 40_000) };
  const counted = { ...guard, calls: { invocation }, invocationVerdicts: { foreseen: 5, decided: 2, asked: 0 } };
  const other = { ...counted, name: "other", invocationVerdicts: { foreseen: 4, decided: 3, asked: 1 } };
  const said = async (...records: readonly SyscallRecord[]): Promise<string> => {
    const folder = await writeSynthetic(await scratchFolder(), [latency]);
    for (const record of records) await writeSyscalls(folder, record);
    const report = await renderReport(folder, join(folder, "out"));
    const [brief = ""] = report.guarded.flatMap((section) => section.brief ?? []);
    if (brief !== "") expect(await readFile(join(folder, "out", "report.md"), "utf8")).toContain(brief);
    return brief;
  };
  expect(await said(counted)).toBe(
    "Waits for verdicts: 40.0 µs per invocation (median of 7). All 7 verdicts on invocations came with their call: 5 foreseen, 2 decided first.",
  );
  expect(await said(counted, other)).toBe(
    "Waits for verdicts: 40.0 µs per invocation (median of 14). " +
      "14 of 15 verdicts on invocations came with their call: 9 foreseen, 5 decided first. The hook asked for the other 1.",
  );
  const asked = { ...other, invocationVerdicts: { foreseen: 0, decided: 0, asked: 7 } }; // as on a cluster
  expect(await said(asked)).toContain(" The hook asked for every verdict on an invocation (7).");
  const { invocationVerdicts: _, ...uncounted } = other;
  expect(await said(counted, uncounted)).toBe("Waits for verdicts: 40.0 µs per invocation (median of 14)."); // an older record: nobody knows
});
