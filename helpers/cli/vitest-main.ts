/**
 * Vitest's own entry, started by `runVitest`: an option that Vitest does not know ends with an explanation and code 2,
 * where Vitest would print its stack. Node reads vitest.config.ts: Vite would bundle it to a file in node_modules, where
 * the user of another's checkout may not write.
 */
import { printLine } from "../../reports/terminal-text.ts";
import { exitCodes } from "../base/exit-code.ts";
import { startedBy } from "../base/started-by.ts";
import { childrenLike, endStopped } from "./end-stopped.ts";
import { unknownOption } from "./unknown-option.ts";
import { vitestProgram } from "./vitest-program.ts";

const [node = "", , command = "", ...words] = process.argv;
const given = [node, vitestProgram, command, ...words]; // our set-up looks at its command line, as Vitest does
const loader = words.some((word) => word.startsWith("--configLoader")) ? [] : ["--configLoader=native"];
// Functions that nobody asked for; of tests, the reason why they are skipped is shown.
const hidden = words.some((word) => /^suites\/(kalium|app|load|density|why)\b/.test(word))
  ? ["--hideSkippedTests"]
  : [];
startedBy.command = true;
endStopped({ name: "the measuring worker", pids: () => childrenLike(/vitest\/dist\/workers\/forks/) });
endWithParent();
process.argv = [node, vitestProgram, command, ...loader, ...hidden, ...words];
try {
  await import(vitestProgram);
  process.argv = given; // what is recorded, and given again when the run is resumed
} catch (error) {
  const unknown = unknownOption(error);
  if (unknown === undefined) throw error;
  printLine(`${unknown.code}: ${unknown.message}`, process.stderr);
  process.exit(exitCodes.usage);
}

/** A command that was killed asks nobody to stop: nobody would see the run, nor end it. */
function endWithParent(): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.stderr.write("\nkalium-bench: the command that started this run has ended\n");
    process.kill(process.pid, "SIGTERM");
  }, 1_000).unref();
}
