import { expect, test } from "vitest";
import { loadConfig } from "./config.ts";
import { systemNamed } from "./systems.ts";
import { forWhy, referenceOf } from "./why-reference.ts";

const configOf = (env: Readonly<Record<string, string>>) => loadConfig({ KALIUM_SETUP: "never", ...env }, true);

test("native comes before runc, and without both the error has the next command", () => {
  const named = (...names: readonly string[]) => names.map(systemNamed);
  expect(referenceOf(named("gvisor", "runc", "native")).name).toBe("native");
  expect(referenceOf(named("gvisor", "runc")).name).toBe("runc");
  expect(() => referenceOf(named("gvisor", "kalium"))).toThrow("KALIUM_SYSTEMS=native,gvisor,kalium");
});

test("default systems are those that run the same program; named ones stay", () => {
  const { systems } = forWhy(configOf({}), true);
  expect(systems).toContain("gvisor");
  expect(systems).toContain("kalium");
  expect(systems).not.toContain("trapeze");
  expect(forWhy(configOf({ KALIUM_SYSTEMS: "native,trapeze" }), true).systems).toEqual(["native", "trapeze"]);
});

test("an ordinary user and a cluster are refused", () => {
  expect(() => forWhy(configOf({}), false)).toThrow("as root");
  expect(() => forWhy(configOf({ KALIUM_PLATFORM: "kubernetes" }), true)).toThrow("Unset KALIUM_PLATFORM");
});
