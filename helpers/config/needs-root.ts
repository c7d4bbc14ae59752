import { KaliumError } from "../base/errors.ts";
import { systemNamed } from "./systems.ts";
import type { Config } from "./config.ts";

type Chosen = Pick<Config, "platform" | "systems" | "systemsNamed" | "baseline">;

const asRoot = "sudo -E npm run bench";

/** What a user without root should know of the default systems; `undefined` where there is nothing to say. */
export function withoutRootNote({ platform, systems, systemsNamed }: Chosen, root = isRoot()): string | undefined {
  if (root || platform !== "local" || systemsNamed) return undefined;
  return `not root, so without sandboxes: measuring ${systems.join(", ")}. With gVisor and the guards: \`${asRoot}\``;
}

/**
 * To be asked before anything is installed or started.
 * @throws {KaliumError} E_RUNTIME_UNAVAILABLE for systems that were asked for and need root, with what works without
 */
export function refuseWithoutRoot({ platform, systems, systemsNamed, baseline }: Chosen, root = isRoot()): void {
  if (root || platform !== "local") return;
  const asked = systemsNamed ? systems : [baseline];
  const needy = asked.filter((name) => systemNamed(name).runtime !== "native");
  if (needy.length === 0) return;
  throw new KaliumError("E_RUNTIME_UNAVAILABLE", `${needy.join(", ")}: sandboxes with their own network need root`, {
    hint: `Run as root: \`${asRoot}\`\n     Without root: \`KALIUM_SYSTEMS=native,native-aa npm run bench\`; docs/runtimes.md has a way with user namespaces`,
  });
}

const isRoot = (): boolean => process.geteuid?.() === 0;
