import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { captureCheckout } from "./checkout.ts";
import { captureEnvironment, captureLoad } from "./index.ts";

const directory = mkdtempSync(join(tmpdir(), "kalium-environment-"));
afterAll(() => rmSync(directory, { recursive: true }));

test("it tells the processor, the kernel, Node and the packages", async () => {
  const text = JSON.stringify(await captureEnvironment());
  expect(text).toMatch(/"kernel":"\d+\./);
  expect(text).toMatch(/"cores":[1-9]/);
  expect(text).toContain(`"node":{"version":"${process.versions.node}"`);
  expect(text).toMatch(/"lockFileSha256":"[0-9a-f]{64}"/);
  expect(text).toMatch(/"vitest \d/);
});

test("it survives being recorded as JSON, without name of host or user", async () => {
  const environment = await captureEnvironment();
  const text = JSON.stringify(environment);
  expect(JSON.parse(text)).toEqual(environment);
  expect(text).not.toContain(process.cwd());
  for (const name of [hostname(), userInfo().username]) expect(text).not.toMatch(new RegExp(`"${name}"`));
});

test("steal time never runs backwards", async () => {
  const before = await captureLoad();
  const after = await captureLoad();
  expect(after.average).toHaveLength(3);
  expect(after.stealMs ?? 0).toBeGreaterThanOrEqual(before.stealMs ?? 0);
});

test("the digest of changes tells clean, changed and other changes apart", async () => {
  const git = (...parameters: string[]): Buffer =>
    execFileSync("git", ["-C", directory, "-c", "user.name=a", "-c", "user.email=a@b", ...parameters]);
  const changes = async (): Promise<unknown> =>
    ((await captureCheckout(pathToFileURL(`${directory}/`)))["git"] as { changesSha256: unknown }).changesSha256;

  git("init", "-q");
  writeFileSync(join(directory, "a"), "one");
  git("add", "a");
  git("commit", "-q", "-m", "first");
  expect(await changes()).toBeNull();
  writeFileSync(join(directory, "a"), "two");
  const changed = await changes();
  expect(changed).toMatch(/^[0-9a-f]{64}$/);
  writeFileSync(join(directory, "new"), "one");
  const added = await changes();
  writeFileSync(join(directory, "new"), "two");
  expect(new Set([changed, added, await changes()]).size).toBe(3);
});

test("outside of a checkout the facts about it are null", async () => {
  const empty = mkdtempSync(join(tmpdir(), "kalium-no-checkout-"));
  expect(await captureCheckout(pathToFileURL(`${empty}/`))).toEqual({
    git: null,
    lockFileSha256: null,
    packages: null,
  });
  rmSync(empty, { recursive: true });
});
