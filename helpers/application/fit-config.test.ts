import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadConfig } from "../config/config.ts";
import { fitConfig } from "./fit-config.ts";
import type { UserApplication } from "./read-application.ts";

const application = (own?: string, paths: UserApplication["paths"] = {}): UserApplication =>
  ({
    file: "/app/stack.yml",
    record: { name: "shop", sha256: "0".repeat(64), functions: [], calls: [] },
    functions: [{ name: "greet", image: "x", needs: [], tables: {}, calls: {}, ...(own !== undefined && { own }) }],
    paths,
  }) as unknown as UserApplication;
const config = (env: Readonly<Record<string, string>> = {}) => loadConfig(env, true);

test("the default leaves out what cannot run the application, with the reasons", () => {
  const foreign = fitConfig(config(), application());
  expect(foreign.config.systems).toEqual(["gvisor", "gvisor-aa", "native"]);
  expect(foreign.leftOut.map(({ system }) => system)).toEqual(["kalium", "valve", "trapeze"]);
  expect(foreign.leftOut[0]?.reason).toBe(
    "the embedded guard is loaded into our own Node images, and greet has another one",
  );
  expect(fitConfig(config(), application("a")).leftOut[0]?.reason).toBe("the file names no policy");
  const guarded = fitConfig(config(), application("a", { policy: "/p.json" }));
  expect(guarded.config.systems).toContain("kalium");
  expect(guarded.config.guard.policyPath).toBe("/p.json");
});

test("a system that was named is refused, and so is a baseline", () => {
  expect(() => fitConfig(config({ KALIUM_SYSTEMS: "native,valve" }), application())).toThrow(
    /valve cannot run shop: the variant valve .*\n {2}-> Choose other systems: .* --app \/app\/stack\.yml/,
  );
  expect(() => fitConfig(config({ KALIUM_BASELINE: "kalium" }), application())).toThrow(/kalium cannot run shop/);
  const long = application();
  const functions = [{ ...long.functions[0], name: "f".repeat(60) }];
  expect(() =>
    fitConfig(config({ KALIUM_SYSTEMS: "native" }), { ...long, functions } as unknown as UserApplication),
  ).toThrow(/has more than 63 characters; shorten the function's name/);
});

test("settings win over the file", () => {
  const file = application("a", { dump: "/file.sql", policy: "/file.json", picture: "/a.jpg" });
  const plain = fitConfig(config(), file).config;
  expect([plain.mysql.dump, plain.guard.policyPath]).toEqual(["/file.sql", "/file.json"]);
  expect(plain.application).toEqual({ name: "shop", sha256: "0".repeat(64), picture: "/a.jpg" });
  const path = fileURLToPath(new URL("../../fixtures/kalium/policy.json", import.meta.url));
  const set = fitConfig(config({ KALIUM_SQL_DUMP: path, KALIUM_POLICY: path }), file).config;
  expect([set.mysql.dump, set.guard.policyPath]).toEqual([path, path]);
});
