import { expect, test } from "vitest";
import type { OpenedRuntime } from "../contracts/runtime.ts";
import type { RuntimeName } from "../contracts/system.ts";
import { selectSystems } from "./select-systems.ts";

const absent: OpenedRuntime = { available: false, reason: "runsc is not on PATH", hint: "Install gVisor." };
const present: OpenedRuntime = {
  available: true,
  identity: { runtime: "native", version: "1", binary: "/bin/true", sha256: "0", network: "loopback" },
  driver: { start: () => Promise.reject(new TypeError("not started here")) },
};
const opened = (entries: Partial<Record<RuntimeName, OpenedRuntime>>): ReadonlyMap<RuntimeName, OpenedRuntime> =>
  new Map(Object.entries(entries) as [RuntimeName, OpenedRuntime][]);

const byDefault = { systems: ["gvisor", "native"], systemsNamed: false, baseline: "gvisor" };

test("systems keep the order of the settings", () => {
  const { systems, leftOut } = selectSystems(byDefault, opened({ native: present, gvisor: present }));
  expect(systems.map(({ name }) => name)).toEqual(["gvisor", "native"]);
  expect(leftOut).toEqual([]);
});

test("a default system that cannot run is left out with the reason", () => {
  const selection = selectSystems({ ...byDefault, baseline: "native" }, opened({ native: present, gvisor: absent }));
  expect(selection.systems.map(({ name }) => name)).toEqual(["native"]);
  expect(selection.leftOut).toEqual([{ system: "gvisor", reason: "runsc is not on PATH" }]);
});

test("a baseline that cannot run is an error that names the set-up", () => {
  expect(() => selectSystems(byDefault, opened({ native: present, gvisor: absent }))).toThrow(
    /gvisor, the baseline, cannot run: runsc is not on PATH[^]*npm run setup/,
  );
});

test("a named system that cannot run is an error", () => {
  const named = { systems: ["native", "gvisor"], systemsNamed: true, baseline: "native" };
  expect(() => selectSystems(named, opened({ native: present, gvisor: absent }))).toThrow(/asked for/);
});
