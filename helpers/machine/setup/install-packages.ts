import { KaliumError, messageOf } from "../../base/errors.ts";
import { onPath } from "../../runtimes/binary.ts";
import { aptGet, type Attention, elevation } from "./apt.ts";
import { outputOf } from "./probe.ts";

/** What a person can do to install packages. */
export const installHint = (packages: readonly string[]): string =>
  `Run as root: \`apt-get update && apt-get install --no-install-recommends ${packages.join(" ")}\`.`;

/**
 * Installs Debian packages, with `apt-get update` before only where the package lists do not know them or are stale.
 * None of them starts a service.
 * @throws {KaliumError} E_SETUP
 */
export async function installPackages(packages: readonly string[], attention: Attention): Promise<void> {
  if ((await onPath("apt-get")) === undefined) {
    throw new KaliumError(
      "E_SETUP",
      `this machine has no apt-get, so these cannot be installed: ${packages.join(", ")}`,
      {
        hint: "Install the missing programs with this system's package manager.",
      },
    );
  }
  if ((await elevation()) === undefined) {
    throw new KaliumError("E_SETUP", `${packages.join(", ")} can only be installed by root`, {
      hint: installHint(packages),
    });
  }
  let names = await offeredNames(packages);
  let cause: unknown;
  if (names.includes(undefined)) {
    // One source that is out of order does not matter as long as another has what is wanted.
    await updateLists(attention).catch((error: unknown) => (cause = error));
    names = await offeredNames(packages);
  }
  const unknown = packages.filter((_, index) => names[index] === undefined);
  if (unknown.length > 0) {
    throw new KaliumError("E_SETUP", `this system's package sources do not have ${unknown.join(", ")}`, {
      hint: "Add a package source that has it, or install it in another way.",
      cause,
    });
  }
  await install(names as readonly string[], attention);
}

async function install(names: readonly string[], attention: Attention): Promise<void> {
  attention.say(`installing ${names.join(" ")}`);
  const attempt = (): Promise<void> =>
    aptGet(["install", "--no-install-recommends", "--no-remove", ...names], {
      what: `installing ${names.join(" ")}`,
      timeoutMs: 900_000,
      asRoot: true,
      hint: installHint(names),
      signal: attention.signal,
    });
  try {
    await attempt();
  } catch (error) {
    // Lists that are older than the mirror name versions that are gone.
    if (!/404|Unable to fetch|Failed to fetch|no installation candidate/.test(messageOf(error))) throw error;
    await updateLists(attention);
    await attempt();
  }
}

/** @throws {KaliumError} E_SETUP, also where it needs a password */
export async function updateLists(attention: Attention): Promise<void> {
  attention.say("updating the package lists");
  await aptGet(["update"], {
    what: "updating the package lists",
    timeoutMs: 300_000,
    asRoot: true,
    signal: attention.signal,
  });
}

/**
 * Each package under the name that this release uses: `x`, else the newest `x-<version>`, else `undefined`. MySQL
 * replaces MariaDB, which Ubuntu has only in `universe`.
 */
async function offeredNames(packages: readonly string[]): Promise<readonly (string | undefined)[]> {
  return Promise.all(
    packages.map(async (name) => (await offeredName(name)) ?? (await offeredName(name.replace("mariadb-", "mysql-")))),
  );
}

async function offeredName(name: string): Promise<string | undefined> {
  const known = (await outputOf("apt-cache", "pkgnames", name))?.split("\n") ?? [];
  if (known.includes(name)) return name;
  const versions = known.filter((other) => /^-[\d.]+$/.test(other.slice(name.length)));
  return versions.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
}
