import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { exitCodes } from "./exit-code.ts";

const vitest = fileURLToPath(new URL("../../node_modules/vitest/vitest.mjs", import.meta.url));
const project = fileURLToPath(new URL("../../", import.meta.url));

/** Runs Vitest in the foreground on the same Node; Ctrl-C reaches it directly. Resolves to its exit code. */
export async function runVitest(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [vitest, "run", ...args], { cwd: project, stdio: "inherit" });
  const ignore = (): void => undefined; // Vitest reports the interruption and ends; this process waits for that
  process.on("SIGINT", ignore);
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  process.off("SIGINT", ignore);
  return code ?? (signal === "SIGINT" ? exitCodes.interrupted : exitCodes.assertion);
}
