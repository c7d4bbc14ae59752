import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { absolutePaths } from "../config/absolute-paths.ts";
import { exitCodes } from "../base/exit-code.ts";
import { endStopped } from "./end-stopped.ts";
import { stopSignals } from "./on-interrupt.ts";

const vitest = fileURLToPath(new URL("vitest-main.ts", import.meta.url));
const project = fileURLToPath(new URL("../../", import.meta.url));

export interface VitestSurroundings {
  readonly env?: NodeJS.ProcessEnv;
  /** Where its standard output goes. */
  readonly stdout?: "stdout" | "stderr";
}

/**
 * Runs Vitest in the foreground on the same Node. Whatever asks this process to stop is passed on as SIGTERM, which
 * Vitest may get any number of times: a terminal or `timeout` sends its own signal to Vitest, too. Resolves to its exit
 * code.
 */
export async function runVitest(
  args: readonly string[],
  { env = process.env, stdout = "stdout" }: VitestSurroundings = {},
): Promise<number> {
  const stream = stdout === "stdout" ? process.stdout : process.stderr;
  const stdio = ["inherit", stdout === "stdout" ? 1 : 2, "inherit"] as const;
  const child = spawn(process.execPath, [vitest, "run", ...args], {
    cwd: project,
    stdio: [...stdio],
    env: { ...env, ...colourVariables(stream, env), ...absolutePaths(env) }, // they were meant from where the user is
  });
  const passOn = (): void => void child.kill("SIGTERM"); // Vitest reports it and ends; this process waits for that
  for (const signal of stopSignals) process.on(signal, passOn);
  const name = "Vitest's main process";
  using _watch = endStopped({ name, pids: () => (child.pid === undefined ? [] : [child.pid]) });
  const [code, signal] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
  for (const each of stopSignals) process.off(each, passOn);
  if (code !== null) return code;
  if (stopSignals.some((each) => each === signal)) return exitCodes.interrupted;
  process.stderr.write(killedText(signal));
  return exitCodes.environment;
}

/** Vitest colours what it writes to a file or a pipe, too, where nothing forbids it. A CI system shows colours. */
export const colourVariables = (
  { isTTY }: { readonly isTTY?: boolean },
  env: NodeJS.ProcessEnv,
): Readonly<Record<string, string>> => (isTTY === true || "FORCE_COLOR" in env || "CI" in env ? {} : { NO_COLOR: "1" });

/** A process that is killed says nothing itself: the kernel does it when memory runs out. */
const killedText = (signal: NodeJS.Signals | null): string =>
  `E_SERVICE: Vitest's main process was ended by ${signal ?? "nobody"}\n` +
  "  -> Check memory (`dmesg`), run `npm run sweep`, then continue: `npm run resume`. All finished calls are kept.\n";
