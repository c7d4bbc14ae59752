import { cachedRunsc, onPath } from "../../runtimes/binary.ts";
import { outputOf } from "./probe.ts";

export interface Runsc {
  readonly path: string;
  /** As it says itself: `0.0~20240729.0` (Debian), `release-20240729.0` (gVisor's own). */
  readonly version: string;
  /** It has the platform systrap, which releases since mid-2023 use by default; before it was ptrace. */
  readonly systrap: boolean;
}

/** The runsc that runs use: the one that was named, else the newest of the private cache, else the one on PATH. */
export async function findRunsc(named?: string): Promise<Runsc | undefined> {
  const path = named ?? (await cachedRunsc()) ?? (await onPath("runsc"));
  return path === undefined ? undefined : askRunsc(path);
}

/** What a runsc says about itself; `undefined` when it does not run here. */
export async function askRunsc(path: string): Promise<Runsc | undefined> {
  const [version, flags] = await Promise.all([outputOf(path, "--version"), outputOf(path, "flags")]);
  const name = version === undefined ? undefined : /^runsc version (\S+)/.exec(version)?.[1];
  if (name === undefined) return undefined;
  return { path, version: name, systrap: /platform to use:.*systrap/.test(flags ?? "") };
}
