import { chmod, chown, mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { SandboxSpec } from "../contracts/sandbox.ts";
import { KaliumError } from "../base/errors.ts";
import { inside } from "./skeleton.ts";

/**
 * Writes the secrets to a folder; `undefined` when there are none.
 * @param userId who alone can enter it; absent: everybody inside, as in a pod, where programs may change their user
 */
export async function writeSecrets(
  secrets: SandboxSpec["secrets"],
  directory: string,
  userId?: number,
): Promise<string | undefined> {
  const entries = Object.entries(secrets);
  if (entries.length === 0) return undefined;
  await mkdir(directory);
  await chmod(directory, userId === undefined ? 0o755 : 0o700);
  for (const [name, content] of entries) {
    if (name !== basename(name) || name.startsWith(".")) {
      throw new KaliumError("E_SANDBOX", `secret name "${name}" is not a plain file name`);
    }
    const file = join(directory, name);
    await writeFile(file, content, { mode: 0o400 });
    if (userId === undefined) await chmod(file, 0o444);
    else await chown(file, userId, userId);
  }
  if (userId !== undefined) await chown(directory, userId, userId);
  return directory;
}

/** A plain process has no mount of its own: paths to secrets in its environment are rewritten to where they are. */
export const withSecretPaths = (
  env: Readonly<Record<string, string>>,
  directory: string | undefined,
): Readonly<Record<string, string>> =>
  directory === undefined
    ? env
    : Object.fromEntries(
        Object.entries(env).map(([name, value]) => [name, value.replaceAll(`${inside.secrets}/`, `${directory}/`)]),
      );
