/** Signals to one part, to the command, to all processes of the run. */
import { onTestFinished } from "vitest";
import { allOf, pidOf } from "../parts.ts";
import { nothingToHeal, type PrepareFault } from "./injection.ts";

export const signalPart: PrepareFault<"signal"> = ({ signal, to }, root) => {
  let stopped: number | undefined;
  const heal = (): Promise<void> => {
    if (stopped !== undefined) goOn(stopped);
    return Promise.resolve();
  };
  return Promise.resolve({
    inject: async () => {
      const pid = await pidOf(to, root);
      process.kill(pid, signal);
      if (signal !== "SIGSTOP") return;
      stopped = pid;
      onTestFinished(heal); // a process that was not ended meanwhile must be able to
    },
    heal,
  });
};

export const askToStop: PrepareFault<"ask-to-stop"> = ({ signal }) =>
  Promise.resolve({
    inject: (run) => {
      run.signal(signal);
      return Promise.resolve();
    },
    heal: nothingToHeal,
  });

/** As when a laptop is closed, but that the monotonic clock keeps running. */
export const freezeRun: PrepareFault<"freeze"> = (_, root) => {
  let frozen: readonly number[] = [];
  const heal = (): Promise<void> => {
    for (const pid of frozen) goOn(pid);
    return Promise.resolve();
  };
  return Promise.resolve({
    inject: async () => {
      frozen = await allOf(root);
      onTestFinished(heal);
      for (const pid of frozen) send(pid, "SIGSTOP");
    },
    heal,
  });
};

const goOn = (pid: number): void => send(pid, "SIGCONT");

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // ended long ago
  }
}
