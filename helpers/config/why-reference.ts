import { KaliumError } from "../base/errors.ts";
import type { Config } from "./config-types.ts";
import { type ComparedSystem, systemNamed } from "./systems.ts";

/** Systems whose processes this machine sees as they are, the plainest first. */
const references = ["native", "runc"];

/** The system that others are explained against. @throws {KaliumError} E_CONFIG */
export function referenceOf(systems: readonly ComparedSystem[]): ComparedSystem {
  const found = references.flatMap((name) => systems.find((system) => system.name === name) ?? [])[0];
  if (found !== undefined) return found;
  const names = systems.map(({ name }) => name).join(", ");
  throw new KaliumError(
    "E_CONFIG",
    `system calls are counted under ${references.join(" or ")}, and the systems are ${names}`,
    {
      hint: `Add native to them: KALIUM_SYSTEMS=native,${names.replaceAll(" ", "")}`,
    },
  );
}

/**
 * The settings of a run that explains: on this machine, as root. Of default systems it has those that run the same
 * program as the reference.
 * @throws {KaliumError} E_CONFIG
 */
export function forWhy(config: Config, root = process.geteuid?.() === 0): Config {
  if (!root) {
    throw new KaliumError("E_CONFIG", "system calls of instances are counted as root, and this is an ordinary user", {
      hint: "Run it as root, with the same functions: `sudo -E npm run why -- FUNCTION`.",
    });
  }
  if (config.platform !== "local") {
    throw new KaliumError("E_CONFIG", "KALIUM_PLATFORM is kubernetes, and system calls are counted on this machine", {
      hint: "Unset KALIUM_PLATFORM.",
    });
  }
  const systems = config.systemsNamed
    ? config.systems
    : config.systems.filter((name) => systemNamed(name).variant === "vanilla");
  referenceOf(systems.map(systemNamed));
  return { ...config, systems };
}
