import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { RecordError, latestResults, readResults, writeSyscalls } from "./store.ts";
import type { SyscallRecord } from "./syscall-record.ts";
import { scratchFolder } from "../testing/scratch.ts";
import { writeSynthetic } from "../testing/synthetic.ts";

const record: SyscallRecord = {
  schema: "kalium-bench/syscalls@1",
  runId: "20261124T030000Z-0000000",
  name: "microbenchmark.guard",
  source: "embedded-guard",
  producer: "embedded guard",
  system: "kalium",
  function: "microbenchmark",
  calls: { write: { eventConstruction: [4_200, 3_900], controller: [210_000, 9_007_199_254_740_991] } },
};
const written = async (changes: Partial<SyscallRecord>): Promise<string> => {
  const folder = await writeSynthetic(await scratchFolder(), []);
  await writeSyscalls(folder, { ...record, ...changes });
  return folder;
};

test("a record is read back from its results folder as it was, beside others", async () => {
  const folder = await written({});
  const log: SyscallRecord = { ...record, name: "boot", source: "boot-log", calls: { encrypt: { encrypt: [80_104] } } };
  await writeSyscalls(folder, log);
  expect((await readResults(folder)).syscalls).toEqual([log, record]);
  expect(JSON.parse(await readFile(join(folder, "syscalls.microbenchmark.guard.json"), "utf8"))).toEqual(record);
});

test("a folder with syscall records alone counts as results", async () => {
  const root = await scratchFolder();
  const folder = await writeSynthetic(root, []);
  await expect(latestResults(root)).rejects.toThrow("no results");
  await writeSyscalls(folder, record);
  expect(await latestResults(root)).toBe(folder);
});

test.each<[string, Partial<SyscallRecord>, string]>([
  [
    "stages of different numbers of calls",
    { calls: { write: { controller: [1, 2], checkTotal: [3] } } },
    "every stage",
  ],
  ["a call without any stage", { calls: { sendmsg: {} } }, "every stage"],
  ["an unknown stage", { calls: { write: { policy: [1] } as never } }, "policy"],
  ["a negative duration", { calls: { encrypt: { encrypt: [-1] } } }, "calls.encrypt.encrypt[0]"],
  ["half a nanosecond", { calls: { encrypt: { encrypt: [0.5] } } }, "calls.encrypt.encrypt[0]"],
  ["a name that is a path", { name: "../run" }, "name"],
  ["an unknown source", { source: "guess" as never }, "source"],
])("refuses %s", async (_, changes, named) => {
  const error: unknown = await written(changes).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(RecordError);
  expect((error as RecordError).message).toContain(named);
});
