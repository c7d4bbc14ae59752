import { KaliumError, messageOf } from "../../base/errors.ts";
import type { Attention } from "./apt.ts";
import { fetchRunsc } from "./fetch-runsc.ts";
import type { Finding } from "./finding.ts";
import { inspectMachine, type Needs } from "./inspect-machine.ts";
import { installHint, installPackages } from "./install-packages.ts";
import { outputOf } from "./probe.ts";

/**
 * Installs what `inspectMachine` misses, and a newer runsc where the present one has no systrap. Quick when all is
 * there.
 * @returns the findings afterwards: nothing in them is missing
 * @throws {KaliumError} E_SETUP that names the command to type
 */
export async function installMissing(needs: Needs, attention: Attention): Promise<readonly Finding[]> {
  const before = await inspectMachine(needs);
  const lacking = before.filter(({ state }) => state === "missing" || state === "improvable");
  if (lacking.length === 0) return before;

  const packages = lacking.filter(({ name }) => name !== "runsc").flatMap((finding) => finding.packages);
  const runsc = lacking.find(({ name }) => name === "runsc");
  if (runsc !== undefined) packages.push(...(await obtainRunsc(runsc, attention)));
  if (packages.length > 0) await installPackages(packages, attention);

  const after = await inspectMachine(needs);
  const still = after.filter(({ state }) => state === "missing");
  if (still.length === 0) return after;
  const wanted = still.flatMap((finding) => finding.packages);
  throw new KaliumError("E_SETUP", still.map(({ name, note }) => `${name} is missing: ${note}`).join("\n"), {
    hint: wanted.length > 0 ? installHint(wanted) : "Install it, then run `npm run setup` again.",
  });
}

/** A runsc with systrap from the private cache; where that fails, the packages that bring the system's own. */
async function obtainRunsc(finding: Finding, attention: Attention): Promise<readonly string[]> {
  if (finding.state === "missing" && (await systemOffersSystrap())) return finding.packages;
  try {
    const { version } = await fetchRunsc(attention);
    attention.say(`runsc ${version} is ready`);
    return [];
  } catch (error) {
    attention.signal?.throwIfAborted();
    const instead = finding.state === "missing" ? "so this system's own package is tried" : "so the present one stays";
    attention.say(`no newer runsc, ${instead}: ${messageOf(error)}`);
    return finding.packages;
  }
}

/** Debian and Ubuntu name the release's date in the package version; systrap came to be the default in mid-2023. */
async function systemOffersSystrap(): Promise<boolean> {
  const shown = await outputOf("apt-cache", "show", "--no-all-versions", "runsc");
  const date = /^Version: .*?(\d{8})/m.exec(shown ?? "")?.[1];
  return date !== undefined && date >= "20230601";
}
