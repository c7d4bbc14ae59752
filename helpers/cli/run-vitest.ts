import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { absolutePaths } from "../config/absolute-paths.ts";
import { exitCodes } from "./exit-code.ts";

const vitest = fileURLToPath(new URL("../../node_modules/vitest/vitest.mjs", import.meta.url));
const project = fileURLToPath(new URL("../../", import.meta.url));

export interface VitestSurroundings {
  readonly env?: NodeJS.ProcessEnv;
  /** Where its standard output goes. */
  readonly stdout?: "stdout" | "stderr";
}

/**
 * Runs Vitest in the foreground on the same Node. Ctrl-C in a terminal reaches it directly; a stop that is sent to this
 * process alone is passed on as one. Resolves to its exit code.
 */
export async function runVitest(
  args: readonly string[],
  { env = process.env, stdout = "stdout" }: VitestSurroundings = {},
): Promise<number> {
  const stdio = ["inherit", stdout === "stdout" ? 1 : 2, "inherit"] as const;
  const child = spawn(process.execPath, [vitest, "run", ...args], {
    cwd: project,
    stdio: [...stdio],
    env: { ...env, ...absolutePaths(env) }, // they were meant from where the user is
  });
  const ignore = (): void => undefined; // Vitest reports the interruption and ends; this process waits for that
  const passOn = (): void => void child.kill("SIGINT");
  process.on("SIGINT", ignore).on("SIGTERM", passOn);
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  process.off("SIGINT", ignore).off("SIGTERM", passOn);
  return code ?? (signal === "SIGINT" ? exitCodes.interrupted : exitCodes.assertion);
}
