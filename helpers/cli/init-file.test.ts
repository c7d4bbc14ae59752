import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { initFile } from "./init-file.ts";

test("a gateway that does not answer is named, and the file stays as it was", async () => {
  const folder = await mkdtemp(join(tmpdir(), "kalium-init-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "stack.yml");
  const stack = "version: 1.0\nprovider:\n  name: openfaas\nfunctions:\n  greet:\n    image: me/greet:1\n";
  await writeFile(file, stack);
  const init = initFile(file, { gateway: "http://127.0.0.1:1", say: () => undefined });
  await expect(init).rejects.toThrow(
    /^the gateway http:\/\/127\.0\.0\.1:1 does not answer: ECONNREFUSED.*\n {2}-> Check its address, or leave --gateway out/,
  );
  expect(await readFile(file, "utf8")).toBe(stack);
});
