import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { renderReport } from "./render.ts";
import { scratchFolder } from "./testing/scratch.ts";

const stored = fileURLToPath(new URL("testing/stored-run/", import.meta.url));

/** Of the figure as it was drawn when the run was stored, 29 November 2026. A change to it is a change to every user's figure. */
const figureSha256 = "0b2f473174631073320afac9dc4246d83a435a84c623204f4f3b82669fac8b79";

test("a results folder of an earlier version is drawn as it was", { timeout: 60_000 }, async () => {
  const out = join(await scratchFolder(), "out");
  await renderReport(stored, out);
  const figure = await readFile(join(out, "figure-8.svg"));
  expect(createHash("sha256").update(figure).digest("hex")).toBe(figureSha256);
});
