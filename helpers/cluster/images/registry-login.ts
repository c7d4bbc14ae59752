import { readFile } from "node:fs/promises";
import { KaliumError } from "../../base/errors.ts";
import type { BasicAuth } from "../../gateway/basic-auth.ts";

/** A file, not an argument: arguments are shown to every user of the machine. @throws {KaliumError} E_CONFIG */
export async function readLogin(file: string): Promise<BasicAuth> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new KaliumError("E_CONFIG", `the login file ${file} cannot be read`, { cause: error });
  });
  const [, user, password] = /^([^:\n]+):([^\n]+)\n?$/.exec(text) ?? [];
  if (user !== undefined && password !== undefined) return { user, password };
  throw new KaliumError("E_CONFIG", `the login file ${file} is not one line of the form user:password`);
}
