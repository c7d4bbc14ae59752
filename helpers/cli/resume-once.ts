import { runVitest } from "./run-vitest.ts";
import { voidExitCode } from "./void-exit-code.ts";

/** One more start of a run. Resolves to its exit code. */
export async function resumeOnce(
  words: readonly string[],
  { env, root, folder }: { readonly env: NodeJS.ProcessEnv; readonly root: string; readonly folder: string },
): Promise<number> {
  const sinceMs = Date.now();
  return voidExitCode(await runVitest(words, { env }), { root, folder, sinceMs });
}
