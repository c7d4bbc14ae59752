import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { drawResults } from "./draw.ts";
import { writeSynthetic } from "./testing/synthetic.ts";
import { removeEarlier } from "./remove-earlier.ts";
import { scratchFolder } from "./testing/scratch.ts";

test("every file of an earlier report that this one does not have is removed, and nothing else", async () => {
  const folder = await scratchFolder();
  const earlier = [
    ...["figure-8.svg", "figure-8-column.png", "figure-8-slide.pdf", "figure-8.tex", "figure-8-published.csv"],
    ...["price.vl.json", "syscalls.csv", "system-calls.html", "why.md", "why.kalium.svg", "systems.html"],
    ...["load.junit.xml", "load.a-function.png", "density.json", "density.a-function.start.svg", "accuracy.csv"],
    ...["report.md", "report.html", "detection.csv", "figure-7.svg", "figure-7-log.png"],
  ];
  const others = ["notes.md", "figure-9.svg", "report-of-mine.md", "prices.csv", "load.txt"];
  for (const name of [...earlier, ...others]) await writeFile(join(folder, name), "");
  await removeEarlier(folder, ["report.html", "why.md"]);
  expect((await readdir(folder)).sort()).toEqual([...others, "report.html", "why.md"].sort());
});

test("a run that measured nothing says so, with the next command", async () => {
  const folder = await writeSynthetic(await scratchFolder(), []);
  const said = await drawResults(folder, await scratchFolder(), { width: 80 });
  expect(said).toMatch(/^Nothing was measured in this run\. Measure with `.*npm run bench.*`\.\n/);
});
