import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { renderReport } from "../render.ts";
import { syntheticRecord, writeSynthetic } from "../testing/synthetic.ts";
import { readResults } from "../records/store.ts";
import { nameSystems } from "../records/system-titles.ts";
import { figure8 } from "./figure-8.ts";
import { figureFunctions, inBarOrder, systemColours, systemTitle, withFigureOrder } from "./figure-order.ts";
import { renderFigure } from "./render-figure.ts";

afterEach(() => nameSystems());

const added = ["product-returns-refund", "product-returns-accept"];

test("functions beyond the figure's come last, each once, in the order in which they appear", () => {
  const cells = added.flatMap((label) => Array.from({ length: 6 }, () => ({ label, starred: false })));
  const labels = withFigureOrder([...cells, { label: "microbenchmark", starred: true }]).map(({ label }) => label);
  expect(labels).toEqual([...figureFunctions.map(({ label }) => label), ...added]);
});

test(
  "a function beyond the figure's is in every table of the report once per system",
  { timeout: 300_000 },
  async () => {
    const root = await mkdtemp(join(tmpdir(), "kalium-order-"));
    onTestFinished(() => rm(root, { recursive: true }));
    const ratios = { native: 0.5, valve: 1.5, trapeze: 2 };
    const records = ["product-purchase-publish", ...added].map((label) =>
      syntheticRecord({ label, ratios, blocks: 6 }),
    );
    const report = await renderReport(await writeSynthetic(root, records), join(root, "out"));
    const text = await readFile(join(root, "out", "report.md"), "utf8");
    for (const label of added) {
      const rows = text.split("\n").filter((line) => line.startsWith(`| ${label} `));
      expect(rows.length, label).toBeGreaterThan(0);
      expect(rows).toEqual([...new Set(rows)]);
    }
    const csv = (await readFile(join(root, "out", "figure-8.csv"), "utf8")).trimEnd().split("\n").slice(1);
    expect(csv).toHaveLength(report.comparison.cells.length);
    expect(new Set(csv).size).toBe(csv.length);
  },
);

test("a system of the user's file has its recorded title and its bar after ours; its A/A arm the same title", async () => {
  const root = await mkdtemp(join(tmpdir(), "kalium-titles-"));
  onTestFinished(() => rm(root, { recursive: true }));
  const record = syntheticRecord({ label: "microbenchmark", ratios: { "my-build": 1.1, native: 0.5 }, blocks: 2 });
  const systems = record.systems.map((system) =>
    system.name === "my-build" ? { ...system, title: "My build" } : system,
  );
  const results = await readResults(await writeSynthetic(root, [{ ...record, systems }]));
  expect(systemTitle("my-build")).toBe("my-build"); // read, and not shown
  nameSystems(results);
  expect(systemTitle("my-build")).toBe("My build");
  expect(systemTitle("my-build-aa")).toBe("My build again (A/A)");
  expect(systemTitle("other-build")).toBe("other-build");
  const other = { ...results, latency: results.latency.map((each) => ({ ...each, systems: record.systems })) };
  nameSystems(results, other);
  expect(systemTitle("my-build")).toBe("My build / my-build");
  nameSystems(other);
  expect(systemTitle("my-build")).toBe("my-build");
});

test("systems with the title of another have their names behind it, so that each has a bar of its own", () => {
  const record = syntheticRecord({ label: "microbenchmark", ratios: { a: 1.1, b: 1.2, c: 1.3 }, blocks: 2 });
  const titles: Readonly<Record<string, string>> = { a: "New", b: "New", c: "gVisor" };
  const systems = record.systems.map((system) => ({ ...system, title: titles[system.name] }));
  nameSystems({ latency: [{ ...record, systems }], load: [] });
  expect(["a", "b", "c", "c-aa"].map(systemTitle)).toEqual([
    ...["New (a)", "New (b)", "gVisor (c)", "gVisor (c) again (A/A)"],
  ]);
});

test("bars of the user's systems stand after ours", () => {
  expect(inBarOrder(["my-build", "gvisor", "native"])).toEqual(["native", "gvisor", "my-build"]);
});

test("a figure of 60 systems names all of them, in the order of their numbers and in colours of their own", async () => {
  const ratios = Object.fromEntries(Array.from({ length: 59 }, (_, index) => [`own-${index}`, 0.5 + index / 60]));
  const records = [syntheticRecord({ ratios, blocks: 2, rounds: 3 })];
  const names = inBarOrder(Object.keys(ratios).reverse());
  expect(names).toEqual(Object.keys(ratios));
  expect(new Set(systemColours(["native", ...names])).size).toBe(60);
  expect(systemColours(names).join("")).toMatch(/^(#[0-9a-f]{6}){59}$/);
  const { svg } = await renderFigure(figure8(records));
  for (const name of names) expect(svg).toContain(`>${name}<`);
});
