import type { System } from "./contracts.ts";

/** The systems that can be compared: variant x runtime x guard. Figure 8 has a bar for each; docs/architecture.md. */
export const systems: readonly System[] = [
  { name: "gvisor", variant: "vanilla", runtime: "gvisor", guard: "none" },
  { name: "native", variant: "vanilla", runtime: "native", guard: "none" },
  { name: "runc", variant: "vanilla", runtime: "runc", guard: "none" },
];

/** @throws {TypeError} for a name that the settings should have refused */
export function systemNamed(name: string): System {
  const system = systems.find((candidate) => candidate.name === name);
  if (system === undefined) throw new TypeError(`no system is called ${name}`);
  return system;
}
