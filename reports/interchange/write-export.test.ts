import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratchFolder } from "../testing/scratch.ts";
import { aboutExport } from "./about-export.ts";
import { writeExport } from "./write-export.ts";

const files = { "about.md": aboutExport, "seclats.csv": "name, mean\n", "raw_gvisor/gvisor_1_publish": "0.100000\n" };

test("an export replaces the one before: nothing of a system that is gone stays", async () => {
  const folder = join(await scratchFolder(), "artifact");
  await writeExport(folder, files);
  const written = await writeExport(folder, { "about.md": aboutExport, "valvelats.csv": "name, mean\n" });
  expect(written).toEqual([join(folder, "about.md"), join(folder, "valvelats.csv")]);
  expect(await readdir(folder)).toEqual(["about.md", "valvelats.csv"]);
  expect(await readdir(join(folder, ".."))).toEqual(["artifact"]);
  await writeExport(folder, {});
  expect(await readdir(join(folder, ".."))).toEqual([]);
});

test("a folder that no export wrote is left alone, and the error says what to do", async () => {
  const folder = join(await scratchFolder(), "artifact");
  await mkdir(folder);
  await writeExport(folder, files); // an empty one is nobody's
  expect(await readdir(folder)).toHaveLength(3);
  await writeFile(join(folder, "about.md"), "# My notes\n");
  await expect(writeExport(folder, files)).rejects.toThrow(/did not write[^]*KALIUM_OUT/);
  expect(await readFile(join(folder, "about.md"), "utf8")).toBe("# My notes\n");
  await expect(writeExport(join(folder, "about.md"), files)).rejects.toThrow("cannot replace");
});
