import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { functions } from "../../fixtures/hello-retail/deployed-functions.ts";
import { vanilla } from "../../fixtures/variants/vanilla.ts";
import { buildImages } from "./build-images.ts";

async function scratch(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "build-images-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

test("every function becomes one file that needs nothing outside its folder", async () => {
  const imagesDirectory = await scratch();
  const images = await buildImages({ functions, variant: vanilla, imagesDirectory });
  expect(Object.keys(images)).toEqual(functions.map(({ name }) => name));
  for (const name of Object.keys(images)) {
    const file = join(imagesDirectory, "kalium-bench", name, "vanilla/index.cjs");
    await promisify(execFile)(process.execPath, ["--check", file]);
    const required = [...(await readFile(file, "utf8")).matchAll(/\brequire\((["'`])(?!node:)([^"'`]+)\1\)/g)];
    const outside = required.map(([, , module]) => module).filter((module) => module?.startsWith("."));
    expect(outside).toEqual([]);
  }
});

test("the digest follows the code: built twice it is the same, and functions differ", async () => {
  const two = functions.slice(0, 2);
  const [first, second] = await Promise.all(
    [await scratch(), await scratch()].map((imagesDirectory) =>
      buildImages({ functions: two, variant: vanilla, imagesDirectory }),
    ),
  );
  expect(first).toEqual(second);
  const digests = Object.values(first ?? {}).map(({ digest }) => digest);
  expect(new Set(digests).size).toBe(2);
});

test("a function that does not bundle is named", async () => {
  const broken = { name: "broken", handler: new URL("file:///nowhere/broken.ts"), needs: [], tables: {}, calls: {} };
  const building = buildImages({ functions: [broken], variant: vanilla, imagesDirectory: await scratch() });
  await expect(building).rejects.toMatchObject({
    code: "E_DEPLOY",
    message: expect.stringContaining("broken") as string,
  });
});
