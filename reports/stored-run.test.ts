import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { renderReport } from "./render.ts";
import { scratchFolder } from "./testing/scratch.ts";

const stored = fileURLToPath(new URL("testing/stored-run/", import.meta.url));

/** Of the figure as the paired estimator draws it, 29 November 2026. A change to it is a change to every user's figure. */
const figureSha256 = "41de6437bf9bb8996504f65e4f8dc6a4e079c5372196aff0ee1120c1e594178d";

test("a results folder of an earlier version is drawn as it was", async () => {
  const out = join(await scratchFolder(), "out");
  await renderReport(stored, out);
  const figure = await readFile(join(out, "figure-8.svg"));
  expect(createHash("sha256").update(figure).digest("hex")).toBe(figureSha256);
});
