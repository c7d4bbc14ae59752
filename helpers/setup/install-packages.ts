import { KaliumError, messageOf } from "../errors.ts";
import { aptGet, elevation } from "./apt.ts";
import { findProgram, outputOf } from "./probe.ts";

/** Receives one line for people about each step that takes long. */
export type Say = (line: string) => void;

/** The command that installs packages, to be typed by a person. */
export const installCommand = (packages: readonly string[]): string =>
  `${process.getuid?.() === 0 ? "" : "sudo "}apt-get install --no-install-recommends ${packages.join(" ")}`;

/**
 * Installs Debian packages, with `apt-get update` before only where the package lists do not know them or are stale.
 * None of them starts a service.
 * @throws {KaliumError} E_SETUP
 */
export async function installPackages(packages: readonly string[], say: Say): Promise<void> {
  if ((await findProgram("apt-get")) === undefined) {
    throw new KaliumError(
      "E_SETUP",
      `this machine has no apt-get, so these cannot be installed: ${packages.join(", ")}`,
      {
        hint: "Install what brings the missing programs with this system's package manager.",
      },
    );
  }
  if ((await elevation()) === undefined) {
    throw new KaliumError("E_SETUP", `${packages.join(", ")} can only be installed by root`, {
      hint: `Run \`${installCommand(packages)}\`.`,
    });
  }
  let names = await offeredNames(packages);
  let cause: unknown;
  if (names.includes(undefined)) {
    // One source that is out of order does not matter as long as another has what is wanted.
    await update(say).catch((error: unknown) => (cause = error));
    names = await offeredNames(packages);
  }
  const unknown = packages.filter((_, index) => names[index] === undefined);
  if (unknown.length > 0) {
    throw new KaliumError("E_SETUP", `this system's package sources do not have ${unknown.join(", ")}`, {
      hint: "Add a package source that has it, or install it in another way.",
      cause,
    });
  }
  await install(names as readonly string[], say);
}

async function install(names: readonly string[], say: Say): Promise<void> {
  say(`installing ${names.join(" ")}`);
  const attempt = (): Promise<void> =>
    aptGet(["install", "--no-install-recommends", "--no-remove", ...names], {
      what: `installing ${names.join(" ")}`,
      timeoutMs: 900_000,
      asRoot: true,
    });
  try {
    await attempt();
  } catch (error) {
    // Lists that are older than the mirror name versions that are gone.
    if (!/404|Unable to fetch|Failed to fetch|no installation candidate/.test(messageOf(error))) throw error;
    await update(say);
    await attempt();
  }
}

async function update(say: Say): Promise<void> {
  say("updating the package lists");
  await aptGet(["update"], { what: "updating the package lists", timeoutMs: 300_000, asRoot: true });
}

/** Each package under the name that this release uses: `x`, else the newest `x-<version>`, else `undefined`. */
async function offeredNames(packages: readonly string[]): Promise<readonly (string | undefined)[]> {
  return Promise.all(
    packages.map(async (name) => {
      const known = (await outputOf("apt-cache", "pkgnames", name))?.split("\n") ?? [];
      if (known.includes(name)) return name;
      const versions = known.filter((other) => /^-[\d.]+$/.test(other.slice(name.length)));
      return versions.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
    }),
  );
}
