import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { isRunning } from "./pod-state.ts";

async function asked(file: string, text: string, id = "kb-1"): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "kalium-pod-state-"));
  try {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
    return await isRunning(folder, id);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test.each([
  ["kb-1_sandbox:kb-1.state", '{"id":"kb-1","status":"running"}'],
  ["kb-1.state", '{"id":"kb-1","status":3}'],
  ["kb-1/meta.json", '{"id":"kb-1","status":3}'],
])("a running container is known by %s", async (file, text) => {
  expect(await asked(file, text)).toBe(true);
});

test.each([
  ["created", "kb-1.state", '{"status":0}'],
  ["stopped", "kb-1_sandbox:kb-1.state", '{"status":"stopped"}'],
  ["another whose id holds this one", "fn-kb-1.state", '{"status":3}'],
  ["another in this sandbox", "fn-kb-1_sandbox:kb-1.state", '{"status":"running"}'],
])("a container is not running: %s", async (_case, file, text) => {
  expect(await asked(file, text)).toBe(false);
});
