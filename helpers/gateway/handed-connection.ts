import { join } from "node:path";
import type { SandboxSpec } from "../contracts/sandbox.ts";
import { connectionAnnotation } from "./deployment.ts";
import { refusal } from "./refusal.ts";

/** The folder is the run's own, so that a deployment reaches no other socket of this machine. @throws {KaliumError} a 400 */
export function connectionOf(
  annotations: Readonly<Record<string, string>>,
  socketsDirectory: string,
): SandboxSpec["connection"] {
  const text = annotations[connectionAnnotation];
  if (text === undefined) return undefined;
  const { variable, name } = /^(?<variable>[A-Z][A-Z_]*)=(?<name>[a-z][a-z-]*\.sock)$/.exec(text)?.groups ?? {};
  if (variable === undefined || name === undefined)
    throw refusal(400, `${connectionAnnotation}: ${JSON.stringify(text)} is not VARIABLE=NAME.sock`);
  return { path: join(socketsDirectory, name), variable };
}
