import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { refuseOtherWork } from "./compare/same-work.ts";
import { figureFunctions } from "./figures/figure-order.ts";
import type { ApplicationRecord } from "./records/application-record.ts";
import type { LatencyRecord } from "./records/record.ts";
import { renderReport } from "./render.ts";
import { reproduce } from "./reproduce.ts";
import { scratchFolder } from "./testing/scratch.ts";
import { syntheticRecord, writeSynthetic } from "./testing/synthetic.ts";

const digest = "0".repeat(64);
const call = (label: string): ApplicationRecord["calls"][number] => ({
  ...{ label, function: "greet", method: "POST", path: "/x", headers: [], expect: digest },
  body: { kind: "json", sha256: digest },
});
const application: ApplicationRecord = {
  name: "shop",
  sha256: digest,
  functions: [{ name: "greet", image: "registry.example/greet:1.0" }],
  calls: ["zebra", "apple", "microbenchmark"].map(call),
};
const measured = (label: string): LatencyRecord => ({
  ...syntheticRecord({ label, blocks: 2, rounds: 6, ratios: { native: 0.5, kalium: 1.2 } }),
  ...{ flow: "shop", application },
});

test("figure and tables have the calls of the file in its order, its name, and nothing of the paper", async () => {
  const root = await scratchFolder();
  const selected = application.calls.map(({ label }) => label);
  const folder = await writeSynthetic(root, [measured("microbenchmark"), measured("zebra")], { application, selected });
  const out = join(root, "out");
  const { files, missing, exported, results } = await renderReport(folder, out);
  expect(results.latency.map((record) => record.application)).toEqual([application, application]);
  const read = (name: string): Promise<string> => readFile(join(out, name), "utf8");
  const spec = JSON.parse(await read("figure-8.vl.json")) as {
    readonly encoding: { readonly x: { readonly scale: { readonly domain: readonly string[] } } };
  };
  expect(spec.encoding.x.scale.domain).toEqual(["zebra", "apple", "microbenchmark"]);
  const report = await read("report.md");
  expect(report).toMatch(/^# shop: relative latency/);
  expect(report).toMatch(/greet \(registry\.example\/greet:1\.0\)/);
  expect(report.indexOf("| zebra")).toBeLessThan(report.indexOf("| microbenchmark"));
  expect(await read("figure-8.svg")).toContain("Application: shop.");
  for (const text of [report, await read("figure-8.svg")]) {
    expect(text).not.toMatch(/published|Figure 8|Valve|Trapeze/i);
    for (const { label } of figureFunctions.slice(1)) expect(text).not.toContain(label);
  }
  expect(files.filter((file) => file.endsWith("published.csv"))).toEqual([]);
  expect({ missing, exported }).toEqual({ missing: ["apple: not measured"], exported: [] });
  expect(reproduce(results)).toMatch(/npm run bench$/); // all that its file has
});

test("runs of an application are compared where their calls are the same", () => {
  const changed = { ...application, sha256: "1".repeat(64), calls: [{ ...call("zebra"), path: "/y" }, call("apple")] };
  const before = [measured("zebra"), measured("apple")];
  const after = (label: string) => [{ ...measured(label), application: changed }];
  expect(() => refuseOtherWork(before, after("apple"))).not.toThrow(); // another image, perhaps: that is what is compared
  expect(() => refuseOtherWork(before, after("zebra"))).toThrow(/the runs differ in the call zebra/);
});
