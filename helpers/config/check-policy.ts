import { readFileSync } from "node:fs";
import { parsePolicy } from "../kalium/core/policy.ts";

/**
 * Reads a policy file as the guard will, so that a mistake in it is found before anything starts.
 * @throws {KaliumError} E_POLICY with JSON path and value
 */
export function checkPolicy(path: string): void {
  parsePolicy(readFileSync(path, "utf8"), path);
}
