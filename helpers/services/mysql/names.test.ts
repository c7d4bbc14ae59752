import { expect, test } from "vitest";
import { databaseName, newPassword, quoteGrantName, quoteName, userName } from "./names.ts";

test("a database carries the run and the system in its name", () => {
  expect(databaseName("2026-01-02-ab", "gvisor-aa")).toBe("kb_2026_01_02_ab_gvisor_aa");
});

test("a name that MySQL would refuse is refused before", () => {
  expect(() => databaseName("r".repeat(60), "native")).toThrow(/longer than the 64 characters/);
});

test("the account of a database can be derived and is short enough for MySQL", () => {
  expect(userName("kb_r_native")).toBe(userName("kb_r_native"));
  expect(userName("kb_r_native")).not.toBe(userName("kb_r_runc"));
  expect(userName("kb_r_native").length).toBeLessThanOrEqual(32);
});

test("names are quoted, and wildcards in a grant are not wildcards", () => {
  expect(quoteName("a`b")).toBe("`a``b`");
  expect(quoteGrantName("kb_a%")).toBe("`kb\\_a\\%`");
});

test("passwords need no quoting and differ", () => {
  expect(newPassword()).toMatch(/^[\w-]{32}$/);
  expect(newPassword()).not.toBe(newPassword());
});
