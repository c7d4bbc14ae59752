import { expect, test } from "vitest";
import { loadConfig } from "./config.ts";
import { refuseWithoutRoot, withoutRootNote } from "./needs-root.ts";

const config = (env: Readonly<Record<string, string>>, root = false) => loadConfig(env, root);

test("without root the default works and says what it leaves out", () => {
  expect(() => refuseWithoutRoot(config({}), false)).not.toThrow();
  expect(withoutRootNote(config({}), false)).toMatch(/not root.*measuring native, native-aa\..*sudo -E npm run bench/);
  expect(withoutRootNote(config({}, true), true)).toBeUndefined();
});

test("systems that need root are refused with both commands that work", () => {
  const refused = (env: Readonly<Record<string, string>>) => () => refuseWithoutRoot(config(env), false);
  expect(refused({ KALIUM_SYSTEMS: "native,runc,kalium" })).toThrow(
    /^runc, kalium: .* need root[^]*sudo -E npm run bench[^]*KALIUM_SYSTEMS=native,native-aa npm run bench/,
  );
  expect(refused({ KALIUM_BASELINE: "gvisor" })).toThrow(/^gvisor: /);
  expect(refused({ KALIUM_SYSTEMS: "native,kalium-native" })).not.toThrow();
  expect(refused({ KALIUM_PLATFORM: "kubernetes", KALIUM_SYSTEMS: "gvisor" })).not.toThrow();
  expect(() => refuseWithoutRoot(config({ KALIUM_SYSTEMS: "gvisor" }), true)).not.toThrow();
});
