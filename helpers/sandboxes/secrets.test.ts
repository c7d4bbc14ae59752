import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { withSecretPaths, writeSecrets } from "./secrets.ts";

const userId = process.geteuid?.() ?? 0;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "secrets-"));
  onTestFinished(() => rm(folder, { recursive: true }));
});

test("secrets are files that only the function's user can read", async () => {
  const directory = await writeSecrets({ token: "squeamish" }, join(folder, "s"), userId);
  expect(directory).toBe(join(folder, "s"));
  expect(await readFile(join(folder, "s", "token"), "utf8")).toBe("squeamish");
  expect((await stat(join(folder, "s"))).mode & 0o777).toBe(0o700);
  expect((await stat(join(folder, "s", "token"))).mode & 0o777).toBe(0o400);
});

test("without secrets there is no folder", async () => {
  expect(await writeSecrets({}, join(folder, "s"), userId)).toBeUndefined();
  await expect(stat(join(folder, "s"))).rejects.toThrow("ENOENT");
});

for (const name of ["../escape", "a/b", ".", "..", ".hidden"]) {
  test(`the name "${name}" is refused`, async () => {
    await expect(writeSecrets({ [name]: "x" }, join(folder, "s"), userId)).rejects.toMatchObject({ code: "E_SANDBOX" });
  });
}

test("a plain process finds its secrets where they are", () => {
  const env = {
    FILE: "/var/openfaas/secrets/token",
    BOTH: "a=/var/openfaas/secrets/a,b=/var/openfaas/secrets/b",
    N: "1",
  };
  expect(withSecretPaths(env, "/run/x")).toEqual({ FILE: "/run/x/token", BOTH: "a=/run/x/a,b=/run/x/b", N: "1" });
  expect(withSecretPaths(env, undefined)).toEqual(env);
});
