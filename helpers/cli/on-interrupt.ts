/** Thrown where a command stops because the user asked for it; not an error to explain. */
export const interruption = new Error("interrupted");

export interface Interrupt extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * npm sends a terminal's Ctrl-C once more to what it runs, half a millisecond later where its shell is bash, later on a
 * busy machine.
 */
const echoMs = 1_000;

/** By which users and systems ask a process to stop: a terminal's Ctrl-C, `timeout` or a service manager, its closing. */
export const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Aborts when the user or the system asks this process to stop, which then ends in order; until it is disposed. A second
 * Ctrl-C ends it at once: what it started cleans up by itself, and the rest is for `sweep`. SIGTERM and SIGHUP may come
 * any number of times, since a group's processes pass them on.
 */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  const giveBack = (): void => {
    for (const signal of stopSignals) process.off(signal, abort);
  };
  let pressed = false;
  const abort = (signal: NodeJS.Signals): void => {
    if (signal === "SIGINT" && !pressed) {
      pressed = true;
      setTimeout(() => process.off("SIGINT", abort), echoMs).unref();
    }
    controller.abort(interruption);
  };
  for (const signal of stopSignals) process.on(signal, abort);
  return { signal: controller.signal, [Symbol.dispose]: giveBack };
}
