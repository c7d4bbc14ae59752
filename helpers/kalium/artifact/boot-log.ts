/** Boot logs of the artifact's sandboxes: where a run keeps them, and what they say about the guard. */
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";

export interface KeptBootLog {
  /** Of the measured function. */
  readonly label: string;
  readonly block: number;
  readonly system: string;
  /** Deployed function. */
  readonly function: string;
  readonly instance: string;
}

const keptFolder = (resultsDirectory: string, label: string): string => join(resultsDirectory, "boot", label);

/** Where the evidence of a void block is kept in the results. */
export const voidFolder = (resultsDirectory: string, label: string, block: number): string =>
  join(keptFolder(resultsDirectory, label), `void-${block}`);

/** Where the log of one instance is kept in the results. */
export const keptBootLog = (
  resultsDirectory: string,
  { label, block, system, function: of, instance }: KeptBootLog,
): { readonly folder: string; readonly name: string } => ({
  folder: keptFolder(resultsDirectory, label),
  name: `${block}.${system}.${of}.${instance}.boot`,
});

/** Paths of the logs that were kept of one system's instances in some blocks; sorted. */
export async function keptBootLogs(
  resultsDirectory: string,
  { label, system, blocks }: { readonly label: string; readonly system: string; readonly blocks: ReadonlySet<number> },
): Promise<readonly string[]> {
  const folder = keptFolder(resultsDirectory, label);
  const names = await readdir(folder).catch(() => []);
  const own = names.filter((name) => {
    const [block, of] = name.split(".");
    return of === system && blocks.has(Number(block));
  });
  return own.sort().map((name) => join(folder, name));
}

const registration = /\[SendHostnameGuard\] (?:(Received reply)|(Error .*))/;

/**
 * Says why a guarded sandbox's log does not show that its function was registered: without that the artifact's guard
 * takes the first request for the registration, and has no policy.
 */
export async function registrationProblem(bootLog: string): Promise<string | undefined> {
  await using file = await open(bootLog);
  for await (const line of file.readLines()) {
    const [, received, failure] = registration.exec(line) ?? [];
    if (received !== undefined) return undefined;
    if (failure !== undefined) return `could not register it: ${failure}`;
  }
  return "never registered it";
}

/** Guarded system calls that a sandbox's log tells of: what its guard has looked at. */
export async function countChecks(bootLog: string): Promise<number> {
  let checks = 0;
  await using file = await open(bootLog);
  for await (const line of file.readLines()) if (line.includes("Total time for ")) checks++;
  return checks;
}
