import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { renderReport } from "./render.ts";
import { scratchFolder } from "./testing/scratch.ts";

const stored = fileURLToPath(new URL("testing/stored-run/", import.meta.url));

/** Of the figure with ratios to both arms of the baseline and the functions that the run was to measure, 30 November 2026. A change to it is a change to every user's figure. */
const figureSha256 = "7894cdc2b042776d720365dad36233aad7242cbf63ea35cba501120ef4ec2634";

test("a results folder of an earlier version is drawn as it was", async () => {
  const out = join(await scratchFolder(), "out");
  await renderReport(stored, out);
  const figure = await readFile(join(out, "figure-8.svg"));
  expect(createHash("sha256").update(figure).digest("hex")).toBe(figureSha256);
});
