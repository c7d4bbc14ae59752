import { printLine } from "../../reports/terminal-text.ts";
import type { Config } from "../config/config.ts";
import { refuseWithoutRoot } from "../config/needs-root.ts";
import type { Finding } from "../machine/setup/finding.ts";
import type { Needs } from "../machine/setup/inspect-machine.ts";
import { installMissing } from "../machine/setup/install-missing.ts";
import { onInterrupt } from "./on-interrupt.ts";

/**
 * Installs what this machine lacks, telling each step on standard error; Ctrl-C stops it without leaving anything
 * half done.
 * @throws {KaliumError} E_SETUP when something cannot be installed, E_RUNTIME_UNAVAILABLE for systems that need root
 */
export async function prepareMachine(config: Config & Pick<Needs, "foreignImages">): Promise<readonly Finding[]> {
  refuseWithoutRoot(config);
  using interrupt = onInterrupt();
  return await installMissing(config, {
    say: (line) => printLine(`setup: ${line}`, process.stderr),
    signal: interrupt.signal,
  });
}
