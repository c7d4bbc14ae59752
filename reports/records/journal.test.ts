import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text as textOfStream } from "node:stream/consumers";
import { isDeepStrictEqual } from "node:util";
import { crc32 } from "node:zlib";
import { expect, test } from "vitest";
import { recordFromJournal } from "./journal-record.ts";
import { encodeLine } from "./journal-lines.ts";
import { type JournalFacts, openJournal, planHash, readJournal } from "./journal.ts";
import type { Sample } from "./record.ts";
import { seededRandom } from "../stats/random.ts";
import { scratchFolder } from "../testing/scratch.ts";
import { syntheticRecord, writeJournal } from "../testing/synthetic.ts";

const record = syntheticRecord({ rounds: 4, blocks: 2 });
const facts: JournalFacts = {
  runId: record.runId,
  startedAt: record.startedAt,
  flow: record.flow,
  label: record.label,
  starred: record.starred,
  picture: "http",
  baseline: record.baseline,
  systems: record.systems,
  watchdog: { name: "of-watchdog", digest: "sha256:1" },
  plan: record.plan,
};
const [sample] = record.samples as [Sample];

test("a journal gives back the record it was written from", async () => {
  const { path, sha256 } = writeJournal(await scratchFolder(), record);
  const contents = readJournal(path);
  expect(contents.sha256).toBe(sha256);
  expect(contents.tornBytes).toBe(0);
  const extra = { planHash: planHash(facts), voids: [], flags: [], floors: [] };
  expect(recordFromJournal(contents)).toEqual({
    ...record,
    ...extra,
    journal: { path: `journal/${record.label}.jsonl`, sha256 },
  });
});

test("voids, flags, floors and the reason to stop come back, too", async () => {
  const path = join(await scratchFolder(), "a.jsonl");
  const journal = openJournal(path, facts);
  journal.append({ kind: "void", data: { system: "native", reason: "no call was made" } });
  journal.append({ kind: "flag", data: { kind: "no-steady-state", block: 0, detail: "200 calls" } });
  journal.append({ kind: "floor", data: { block: 0, name: "tcp-echo", medianNs: 40_000, n: 10 } });
  journal.append({ kind: "stop", data: { reason: "budget", halfWidth: 0.04 } });
  journal.close();
  expect(recordFromJournal(readJournal(path))).toMatchObject({
    watchdog: facts.watchdog,
    voids: [{ system: "native", reason: "no call was made" }],
    flags: [{ kind: "no-steady-state", block: 0, detail: "200 calls" }],
    floors: [{ block: 0, name: "tcp-echo", medianNs: 40_000, n: 10 }],
    stopped: { reason: "budget", halfWidth: 0.04 },
  });
});

test("a block without its end is void in the record, and its calls stay", async () => {
  const path = join(await scratchFolder(), "a.jsonl");
  const journal = openJournal(path, facts);
  for (const data of record.samples) journal.append({ kind: "sample", data });
  for (const data of record.blocks.slice(0, 1)) journal.append({ kind: "block", data });
  journal.close();
  const cut = recordFromJournal(readJournal(path));
  expect(cut.samples).toEqual(record.samples);
  expect(cut.voids).toEqual([{ block: 1, reason: "interrupted before the end of the block" }]);
});

test("every line is JSON and carries the CRC-32 of the rest of it and of the lines before", async () => {
  expect(crc32("123456789")).toBe(0xcbf43926); // the check value of CRC-32/ISO-HDLC
  const { path } = writeJournal(await scratchFolder(), record);
  let previous = 0;
  for (const line of (await readFile(path, "utf8")).trimEnd().split("\n")) {
    const { crc } = JSON.parse(line) as { crc: string };
    previous = crc32(line.slice('{"crc":"00000000",'.length), previous);
    expect(previous.toString(16).padStart(8, "0")).toBe(crc);
  }
});

test.for([
  ["removed", (lines: string[]) => lines.toSpliced(4, 1)],
  ["repeated", (lines: string[]) => lines.toSpliced(4, 0, lines[4] ?? "")],
  ["moved", (lines: string[]) => lines.toSpliced(4, 2, lines[5] ?? "", lines[4] ?? "")],
] as const)("a line that was %s is reported with its number", async ([, change]) => {
  const { path } = writeJournal(await scratchFolder(), record);
  const lines = (await readFile(path, "utf8")).trimEnd().split("\n");
  await writeFile(path, `${change(lines).join("\n")}\n`);
  expect(() => readJournal(path)).toThrow(/line [56] is corrupt/);
});

test("a journal of version 1, whose lines stand alone, is read and continued in its own way", async () => {
  const path = join(await scratchFolder(), "a.jsonl");
  const standingAlone = (kind: string, data: unknown): string => encodeLine(kind, data, 0).line;
  const header = { schema: "kalium-bench/journal@1", planHash: planHash(facts), ...facts };
  await writeFile(path, standingAlone("header", header) + standingAlone("sample", sample));
  const journal = openJournal(path, facts);
  journal.append({ kind: "sample", data: { ...sample, round: 1 } });
  journal.append({ kind: "sample", data: { ...sample, round: 2 } });
  journal.close();
  expect(readJournal(path).samples).toHaveLength(3);
});

test("cut anywhere, it loses at most the last line", async () => {
  const folder = await scratchFolder();
  const { path } = writeJournal(folder, record);
  const whole = await readFile(path);
  const firstLine = whole.indexOf("\n") + 1;
  const random = seededRandom(4);
  for (let cut = 0; cut < 60; cut++) {
    const length = firstLine + Math.floor(random() * (whole.length - firstLine));
    await writeFile(path, whole.subarray(0, length));
    const { samples, proofs, blocks, endedAt, tornBytes } = readJournal(path);
    const lines = whole.subarray(0, length).toString("utf8").split("\n").length - 1;
    expect(1 + samples.length + proofs.length + blocks.length + (endedAt === undefined ? 0 : 1)).toBe(lines);
    expect(tornBytes).toBe(length - whole.lastIndexOf("\n", length - 1) - 1);
  }
});

test("a change in the middle is reported as corruption with its line", async () => {
  const { path } = writeJournal(await scratchFolder(), record);
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replace('"status":200', '"status":201'));
  expect(() => readJournal(path)).toThrow(/\.jsonl line \d+ is corrupt/);
});

test("a whole last line that is not ours is corruption, not a torn line", async () => {
  const { path } = writeJournal(await scratchFolder(), record);
  await appendFile(path, "garbage\n");
  expect(() => readJournal(path)).toThrow("is corrupt");
});

test("an interrupted journal is continued after its torn line was cut", async () => {
  const path = join(await scratchFolder(), "journal", "a.jsonl");
  const first = openJournal(path, facts);
  expect(first.resumed).toBeUndefined();
  first.append({ kind: "sample", data: sample });
  first.append({ kind: "sample", data: sample });
  first.close();
  const { length } = await readFile(path);
  await truncate(path, length - 5);
  const second = openJournal(path, facts);
  expect(second.resumed?.samples).toEqual([sample]);
  second.append({ kind: "sample", data: { ...sample, block: 1 } });
  expect(second.close()).toEqual(second.close());
  expect(readJournal(path).samples.map(({ block }) => block)).toEqual([0, 1]);
});

test("a journal of another plan is refused and names what differs", async () => {
  const path = join(await scratchFolder(), "a.jsonl");
  openJournal(path, facts).close();
  const other = { ...facts, plan: { ...facts.plan, seed: 99 } };
  expect(() => openJournal(path, other)).toThrow("plan differ");
});

test("a folder that cannot be written is reported with its path", async () => {
  const file = join(await scratchFolder(), "file");
  await writeFile(file, "");
  expect(() => openJournal(join(file, "a.jsonl"), facts)).toThrow(`cannot write ${file}`);
});

test("a writer that is killed loses no finished line", async () => {
  const path = join(await scratchFolder(), "a.jsonl");
  const program = `
    import { openJournal } from ${JSON.stringify(new URL("journal.ts", import.meta.url).href)};
    const journal = openJournal(${JSON.stringify(path)}, ${JSON.stringify(facts)});
    for (let round = 0; ; round++) {
      journal.append({ kind: "sample", data: { ...${JSON.stringify(sample)}, round } });
      process.stdout.write(round + "\\n");
    }`;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "--eval", program], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => {
    printed += chunk.toString("utf8");
    if (printed.split("\n").length > 50) child.kill("SIGKILL");
  });
  await once(child, "close");
  const confirmed = Number(printed.slice(0, printed.lastIndexOf("\n")).split("\n").at(-1));
  const rounds = readJournal(path).samples.map(({ round }) => round);
  expect(rounds.length).toBeGreaterThan(confirmed);
  expect(rounds).toEqual(rounds.map((_, index) => index));
});

test("a line that the disk takes only in part is taken back, and the message says what to do", async () => {
  const path = join(await scratchFolder(), "a.jsonl");
  const program = `
    import { openJournal } from ${JSON.stringify(new URL("journal.ts", import.meta.url).href)};
    const journal = openJournal(${JSON.stringify(path)}, ${JSON.stringify(facts)});
    for (;;) journal.append({ kind: "sample", data: ${JSON.stringify(sample)} });`;
  const writer = [process.execPath, "--input-type=module-typescript", "--eval", program];
  // No file beyond 16 blocks of 512 bytes: the last write is short, as on a full disk.
  const child = spawn("sh", ["-c", `trap "" XFSZ; ulimit -f 16; exec "$@"`, "sh", ...writer], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  const [said] = await Promise.all([textOfStream(child.stderr), once(child, "close")]);
  expect(said).toContain(`cannot write ${path}: EFBIG`);
  expect(said).toContain("then resume the run: all finished calls are kept.");
  const { samples, tornBytes } = readJournal(path);
  expect(samples.length).toBeGreaterThan(5);
  expect(tornBytes).toBe(0);
});

test.for([
  [
    "cut",
    /was changed: it has \d+ bytes, and \d+ were written while the run wrote to it\n {2}-> Remove this file, then/,
  ],
  ["removed", /was removed while the run wrote to it\n {2}-> Measure this function again/],
] as const)(
  "a journal that somebody has %s is noticed at the end of the round, and ends the run",
  async ([how, words]) => {
    const path = join(await scratchFolder(), "a.jsonl");
    const journal = openJournal(path, facts);
    for (let call = 0; call < 3; call++) journal.append({ kind: "sample", data: sample });
    journal.sync();
    await (how === "cut" ? truncate(path, 700) : rm(path));
    journal.append({ kind: "sample", data: sample });
    const error = { code: "E_RECORD", message: expect.stringMatching(words) as string, details: { endsRun: true } };
    expect(() => journal.sync()).toThrow(expect.objectContaining(error));
    expect(() => journal.close()).toThrow(expect.objectContaining(error));
  },
);

test("a process that may open no further file still closes its journal", async () => {
  const path = join(await scratchFolder(), "a.jsonl");
  const program = `
    import { openSync } from "node:fs";
    import { openJournal } from ${JSON.stringify(new URL("journal.ts", import.meta.url).href)};
    const journal = openJournal(${JSON.stringify(path)}, ${JSON.stringify(facts)});
    journal.append({ kind: "sample", data: ${JSON.stringify(sample)} });
    let refused;
    while (refused === undefined) try { openSync("/dev/null"); } catch (error) { refused = error.code; }
    process.stderr.write(refused + " " + journal.close().sha256);`;
  const node = [process.execPath, "--input-type=module-typescript", "--eval", program];
  const child = spawn("sh", ["-c", `ulimit -n 128; exec "$@"`, "sh", ...node], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  const [said] = await Promise.all([textOfStream(child.stderr), once(child, "close")]);
  expect(said).toBe(`EMFILE ${readJournal(path).sha256}`);
});

test("a journal of several megabytes loses nothing where its reader passes from one piece of the file to the next", async () => {
  const large = syntheticRecord({ rounds: 2_000, blocks: 3 });
  const { path, sha256 } = writeJournal(await scratchFolder(), large);
  expect((await readFile(path)).length).toBeGreaterThan(2 * 2 ** 20);
  const contents = readJournal(path);
  expect(contents.sha256).toBe(sha256);
  expect(isDeepStrictEqual(contents.samples, large.samples)).toBe(true); // toEqual takes seconds
  await appendFile(path, '{"crc":"');
  expect(isDeepStrictEqual(readJournal(path, sha256), contents)).toBe(true);
});

test("a line that nobody writes is refused before it fills the memory", async () => {
  const { path } = writeJournal(await scratchFolder(), record);
  await truncate(path, 66 * 2 ** 20); // zeros, as a power cut leaves them
  expect(() => readJournal(path)).toThrow(/line \d+ is corrupt: it has more than \d+ bytes/);
});
