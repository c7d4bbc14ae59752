import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  RecordError,
  createResults,
  journalPath,
  latestResults,
  openJournal,
  readResults,
  sealRun,
  writeLatency,
  writeRun,
} from "./store.ts";
import { scratchFolder } from "../testing/scratch.ts";
import { syntheticRecord, syntheticRunRecord, writeJournal, writeSynthetic } from "../testing/synthetic.ts";

const record = syntheticRecord({ rounds: 4, blocks: 2 });

test("what is written is read back, and no temporary file stays", async () => {
  const folder = await writeSynthetic(await scratchFolder(), [record]);
  const { run, latency, recovered } = await readResults(folder);
  expect(run).toEqual(syntheticRunRecord());
  expect(latency.map(({ samples }) => samples)).toEqual([record.samples]);
  expect(recovered).toEqual([]);
  expect((await readdir(folder)).sort()).toEqual(["journal", `latency.${record.label}.json`, "run.json"]);
});

test("a function that a crash cut off is recovered from its journal", async () => {
  const folder = await writeSynthetic(await scratchFolder(), [record]);
  writeJournal(folder, syntheticRecord({ label: "product-photos-report", rounds: 4 }));
  const { latency, recovered } = await readResults(folder);
  expect(latency.map(({ label }) => label)).toEqual(["product-photos-report", record.label]);
  expect(recovered).toEqual(["product-photos-report"]);
});

test.each(["", '{"crc":"0a1b2c3d","ki'])(
  "a journal that a crash cut off in its first line (%j) holds nothing",
  async (text) => {
    const folder = await writeSynthetic(await scratchFolder(), [record]);
    for (const path of ["journal/product-photos-report.jsonl", "journal/load/product-photos-report.jsonl"]) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    const { latency, load, recovered } = await readResults(folder);
    expect([latency.map(({ label }) => label), load, recovered]).toEqual([[record.label], [], []]);
  },
);

test("a damaged record is reported with its file and JSON path", async () => {
  const folder = await writeSynthetic(await scratchFolder(), []);
  const [first, ...rest] = record.samples;
  const samples = [{ ...first, latencyNs: -1 }, ...rest];
  await writeLatency(folder, { ...record, samples } as typeof record);
  const error = await readResults(folder).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RecordError);
  expect((error as RecordError).code).toBe("E_RECORD");
  expect((error as RecordError).message).toContain(`latency.${record.label}.json`);
  expect((error as RecordError).message).toContain("samples[0].latencyNs");
});

test("a record with an unknown field or of another version is refused", async () => {
  const folder = await writeSynthetic(await scratchFolder(), []);
  const path = join(folder, "run.json");
  const run = JSON.parse(await readFile(path, "utf8")) as object;
  await writeFile(path, JSON.stringify({ ...run, extra: 1 }));
  await expect(readResults(folder)).rejects.toThrow("extra");
  await writeFile(path, JSON.stringify({ ...run, schema: "kalium-bench/run@2" }));
  await expect(readResults(folder)).rejects.toThrow("schema");
  await writeFile(path, "{");
  await expect(readResults(folder)).rejects.toThrow("is not JSON");
});

test("a folder that is absent or cannot be written is an error with a next step", async () => {
  const folder = await scratchFolder();
  await expect(readResults(join(folder, "absent"))).rejects.toThrow("Name an existing results folder.");
  await expect(writeRun(join(folder, "absent"), syntheticRunRecord())).rejects.toThrow("is writable");
  await writeFile(join(folder, "file"), "");
  await expect(createResults(join(folder, "file"), syntheticRunRecord())).rejects.toThrow("KALIUM_RESULTS");
});

test("the latest results are those of the run that started last and measured something", async () => {
  const root = await scratchFolder();
  await expect(latestResults(root)).rejects.toThrow("npm run bench");
  const early = await writeSynthetic(root, [record], { runId: "z-early", startedAt: "2026-01-01T00:00:00.000Z" });
  const late = await writeSynthetic(root, [record], { runId: "a-late", startedAt: "2026-02-01T00:00:00.000Z" });
  await writeSynthetic(root, [], { runId: "empty", startedAt: "2026-03-01T00:00:00.000Z" });
  await mkdir(join(root, "something-else"));
  expect(await latestResults(root)).toBe(late);
  await rm(late, { recursive: true });
  expect(await latestResults(root)).toBe(early);
  const [startedAt, outcome] = ["2026-04-01T00:00:00.000Z", "interrupted"] as const;
  const cut = await writeSynthetic(root, [], { runId: "cut", startedAt, outcome });
  expect(await latestResults(root)).toBe(early);
  expect(await latestResults(root, { cut: true })).toBe(cut); // Ctrl-C before the first record
});

describe("a folder that was changed after the run is refused, with the file that does not match", () => {
  const label = record.label;
  const latencyFile = `latency.${label}.json`;
  const edit = (folder: string, name: string, change: (text: string) => string): Promise<void> =>
    readFile(join(folder, name), "utf8").then((text) => writeFile(join(folder, name), change(text)));
  const changes: readonly (readonly [string, (folder: string) => Promise<void>, RegExp])[] = [
    [
      "latencies divided",
      (folder) => edit(folder, latencyFile, (text) => text.replaceAll(/("latencyNs":\d+)\d/g, "$1")),
      /was changed after the run/,
    ],
    [
      "samples repeated",
      (folder) =>
        edit(folder, latencyFile, (text) => {
          const read = JSON.parse(text) as { samples: unknown[] };
          return JSON.stringify({ ...read, samples: [...read.samples, ...read.samples] });
        }),
      /was changed after the run/,
    ],
    [
      "proofs emptied",
      (folder) => edit(folder, latencyFile, (text) => JSON.stringify({ ...(JSON.parse(text) as object), proofs: [] })),
      /was changed after the run/,
    ],
    [
      "a foreign run id",
      (folder) => edit(folder, latencyFile, (text) => text.replace(record.runId, "20260101T000000-foreign")),
      /was changed after the run|belongs to run/,
    ],
    [
      "a file copied beside itself",
      (folder) => copyFile(join(folder, latencyFile), join(folder, "latency.another.json")),
      /latency\.another\.json holds the record of/,
    ],
    [
      "another digest of the journal",
      (folder) =>
        edit(folder, latencyFile, (text) => text.replace(/"sha256":"[0-9a-f]{64}"\}\}\n$/, '"sha256":"0"}}\n')),
      /was changed/,
    ],
    [
      "a changed journal",
      (folder) => edit(folder, `journal/${label}.jsonl`, (text) => text.replace('"status":200', '"status":201')),
      /\.jsonl was changed/,
    ],
  ];

  test.for(changes)("%s", async ([, change, said]) => {
    for (const sealed of [true, false]) {
      const folder = await writeSynthetic(await scratchFolder(), [record]);
      if (sealed) await sealRun(folder, {});
      await expect(readResults(folder)).resolves.toMatchObject({ latency: [{ label }] });
      await change(folder);
      await expect(readResults(folder), sealed ? "with digests" : "without").rejects.toThrow(said);
    }
  });

  test("a journal may be longer than its record: the run was cut while it was measured further", async () => {
    const folder = await writeSynthetic(await scratchFolder(), [record]);
    const { runId, startedAt, flow, starred, baseline, systems, plan, samples } = record;
    const facts = { runId, startedAt, flow, label, starred, baseline, systems, plan };
    const journal = openJournal(journalPath(folder, label), facts);
    journal.append({ kind: "sample", data: { ...(samples[0] as (typeof samples)[0]), block: 9 } });
    journal.close();
    const { latency } = await readResults(folder);
    expect(latency[0]?.samples).toEqual(samples);
  });

  test("a record removed", async () => {
    const folder = await writeSynthetic(await scratchFolder(), [record]);
    await sealRun(folder, {});
    await rm(join(folder, latencyFile));
    await expect(readResults(folder)).rejects.toThrow(`${latencyFile} is missing, and run.json lists it`);
  });
});
