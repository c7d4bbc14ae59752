import type { Workload } from "../contracts/application.ts";
import type { System } from "../contracts/system.ts";
import { declarations } from "../runtimes/declared.ts";

/** A system, and what it repeats if it is an A/A arm: the same again under another name, in sandboxes of its own. */
export interface ComparedSystem extends System {
  /** Name of the system that this one repeats. Their ratio is 1 in truth; what is measured instead is noise. */
  readonly aaOf?: string;
}

const plain: readonly System[] = [
  { name: "gvisor", variant: "vanilla", runtime: "gvisor", guard: "none" },
  { name: "native", variant: "vanilla", runtime: "native", guard: "none" },
  { name: "runc", variant: "vanilla", runtime: "runc", guard: "none" },
  { name: "valve", variant: "valve", runtime: "gvisor", guard: "none" },
  { name: "trapeze", variant: "trapeze", runtime: "gvisor", guard: "none" },
  { name: "trapeze-as-shipped", variant: "trapeze-as-shipped", runtime: "gvisor", guard: "none" },
  { name: "kalium", variant: "vanilla", runtime: "gvisor", guard: "embedded" },
  { name: "kalium-native", variant: "vanilla", runtime: "native", guard: "embedded" },
  { name: "gvisor-ref", variant: "vanilla", runtime: "gvisor-ref", guard: "none" },
  { name: "runc-ref", variant: "vanilla", runtime: "runc-ref", guard: "none" },
  { name: "gvisor-stock", variant: "vanilla", runtime: "gvisor-stock", guard: "none" },
  { name: "kalium-artifact", variant: "vanilla", runtime: "kalium", guard: "artifact" },
  { name: "kalium-microbench", variant: "vanilla", runtime: "kalium-microbench", guard: "artifact" },
];

/** The same with the lean workload whatever the run's is, so that one run can have both. */
const base: readonly System[] = [
  ...plain,
  ...["gvisor", "native", "kalium", "valve", "trapeze"].flatMap((name) =>
    plain
      .filter((system) => system.name === name)
      .map((system): System => ({ ...system, name: leanOf(name), workload: "lean" })),
  ),
];

/** The lean twin of a system. */
function leanOf(system: string): string {
  return `${system}-lean`;
}

/** The A/A system of a baseline. */
export const controlOf = (system: string): string => `${system}-aa`;

/** Our systems that can be compared: variant x runtime x guard. Figure 8 has a bar for each; docs/architecture.md. */
export const systems: readonly ComparedSystem[] = withControls(base);

/** Ours, then those of the user's file (`KALIUM_RUNTIMES`). */
export const allSystems = (): readonly ComparedSystem[] => [...systems, ...withControls(declarations()?.systems ?? [])];

export const declaredSystemNames = (): readonly string[] => declarations()?.systems.map(({ name }) => name) ?? [];

function withControls(plainOnes: readonly System[]): readonly ComparedSystem[] {
  return [...plainOnes, ...plainOnes.map((system) => controlSystem(system))];
}

function controlSystem({ title, ...system }: System): ComparedSystem {
  const again = title === undefined ? {} : { title: `${title} again (A/A)` };
  return { ...system, ...again, name: controlOf(system.name), aaOf: system.name };
}

/** @throws {TypeError} for a name that the settings should have refused */
export function systemNamed(name: string): ComparedSystem {
  const system = allSystems().find((candidate) => candidate.name === name);
  if (system === undefined) throw new TypeError(`no system is called ${name}`);
  return system;
}

export const workloadOf = ({ workload }: System, { workload: ofRun }: { readonly workload: Workload }): Workload =>
  workload ?? ofRun;

/** OpenFaaS name of a function under one system: side by side with the other systems' on one gateway. */
export const serviceName = (system: System, functionName: string): string => `${system.name}-${functionName}`;
