import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { renderReport } from "./render.ts";
import { scratchFolder } from "./testing/scratch.ts";
import { syntheticRun, writeSynthetic } from "./testing/synthetic.ts";

const renderer = fileURLToPath(new URL("testing/render-timed.ts", import.meta.url));

test("one results folder gives the same bytes in every format: in another folder, process, second and time zone", async () => {
  const root = await scratchFolder();
  const ratios = { "gvisor-aa": 1, native: 0.5 };
  const results = await writeSynthetic(join(root, "results"), syntheticRun({ rounds: 6, blocks: 2, ratios }));
  const [here, there] = [join(root, "here"), join(root, "there", "deeper")];
  await renderReport(results, here);
  const drawnAt = wholeSeconds();
  await expect.poll(wholeSeconds).toBeGreaterThan(drawnAt); // dates in a PDF are whole seconds
  const env = { ...process.env, TZ: "Pacific/Auckland", LANG: "de_DE.UTF-8", LC_ALL: "de_DE.UTF-8" };
  await promisify(execFile)(process.execPath, [renderer, results, there], { env, cwd: root });

  const names = await filesBelow(here);
  const formats = names.map((name) => extname(name));
  expect(formats).toEqual(expect.arrayContaining([".svg", ".png", ".pdf", ".csv", ".json", ".md", ".html"]));
  expect(await filesBelow(there)).toEqual(names);
  for (const name of names) {
    const [one, other] = [await readFile(join(here, name)), await readFile(join(there, name))];
    expect(one.length, name).toBeGreaterThan(0);
    expect(one.equals(other), `${name} has the same bytes`).toBe(true);
  }
});

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => relative(folder, join(parentPath, name))).sort();
}

const wholeSeconds = (): number => Math.floor(Date.now() / 1000);
