import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { drawResults } from "./draw.ts";
import { scratchFolder } from "./testing/scratch.ts";
import { syntheticRecord, writeSynthetic } from "./testing/synthetic.ts";
import { withPrice } from "./testing/synthetic-price.ts";
import { compare } from "./comparison.ts";
import { compareRuns } from "./compare/compare-runs.ts";
import { floorsTable } from "./tables/floors-table.ts";
import { readResults } from "./records/store.ts";

const truth = { cpuMs: 9, idle: 40, memoryMb: 40, startMs: 500 };

/** More calls than the profile makes, so that each number would be quoted of another. */
function record(profile: string, label = "product-purchase-publish") {
  const ratios = { "gvisor-aa": 1, native: 0.5, kalium: 1.5, valve: 2 };
  const plain = syntheticRecord({ label, ratios, blocks: 8, rounds: 20 });
  const floors = [{ block: 0, name: "gateway" as const, medianNs: 12_340_000, n: 10 }];
  const priced = withPrice(plain, { gvisor: truth, "gvisor-aa": truth, native: truth, kalium: truth, valve: truth });
  return { ...priced, floors, plan: { ...priced.plan, profile } };
}

async function drawn(profile: string) {
  const records = [record(profile), record(profile, "product-photos-report")];
  const folder = await writeSynthetic(await scratchFolder(), records);
  const out = await scratchFolder();
  const terminal = await drawResults(folder, out, { width: 120 });
  const [markdown, page, json] = await Promise.all(
    ["report.md", "report.html", "figure-8.json"].map((name) => readFile(join(out, name), "utf8")),
  );
  return { texts: { terminal, markdown, page }, json, names: await readdir(out), folder };
}

const numbers = [
  ...[/here and in the paper/, /Beside the published figure/, /against the published values/],
  ...[/Price/, /Distribution, ms/, /Over time, ms/, /Kalium[^\n|]*\|[^\n]*\d\.\d\d/],
];

test("a smoke run prints nothing relative, no distribution and no price, in the terminal and in every file", async () => {
  const { texts, json, names, folder } = await drawn("smoke");
  for (const [where, text] of Object.entries(texts))
    for (const number of numbers) expect(text, where).not.toMatch(number);
  for (const text of Object.values(texts)) expect(text).toContain("too few calls to measure anything");
  expect(JSON.parse(json ?? "")).toMatchObject({
    findings: [expect.stringContaining("The profile smoke")],
    means: {},
  });
  expect(json).not.toMatch(/"(ratio|interval|verdict|noiseFloorLog)":/);
  expect(names.filter((name) => name.startsWith("price"))).toEqual([]);
  const results = await readResults(folder);
  expect(compareRuns(results, results)).toMatchObject({ cells: [], outcome: "undecided" });
  expect(compareRuns(results, results).missing[0]).toMatch(/in A smoke: no numbers, in B smoke: no numbers$/);
});

test("the same records of another profile print them all", async () => {
  const { texts } = await drawn("quick");
  for (const number of numbers) expect(Object.values(texts).join("\n")).toMatch(number);
  expect(texts.terminal).toContain("Price relative to gVisor, geometric means over 2 functions (the baseline's row");
  const floors = (profile: string) => floorsTable([record(profile)], compare([record(profile)])).rows.length;
  expect([floors("quick"), floors("smoke")]).toEqual([1, 0]);
});
