import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratchFolder } from "../testing/scratch.ts";
import { refuseOverMemory } from "./fits-memory.ts";

test("more calls than fit into memory are refused with both amounts and the command that allows more", async () => {
  const folder = await scratchFolder();
  const files = ["a", "b"].map((name) => join(folder, name));
  for (const file of files) await writeFile(file, Buffer.alloc(5e5));
  await expect(refuseOverMemory(folder, files)).resolves.toBeUndefined();
  await expect(refuseOverMemory(folder, files, 201.9e6)).resolves.toBeUndefined();
  await expect(refuseOverMemory("X", files, 201.7e6)).rejects.toThrow(
    /^X has 0\.0 GB of calls\. .* -> Allow it more: NODE_OPTIONS=--max-old-space-size=212 npm run report -- X$/s,
  );
});
