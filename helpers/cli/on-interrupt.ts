/** Thrown where a command stops because the user asked for it; not an error to explain. */
export const interruption = new Error("interrupted");

export interface Interrupt extends Disposable {
  readonly signal: AbortSignal;
}

/** npm sends a terminal's Ctrl-C once more to what it runs, half a millisecond later where its shell is bash. */
const echoMs = 300;

/**
 * Aborts when the user or the system asks this process to stop, which then ends in order; until it is disposed. Asking
 * again ends it at once: what it started cleans up by itself, and the rest is for `sweep`.
 */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  const giveBack = (): void => void process.off("SIGINT", abort).off("SIGTERM", abort);
  const abort = (): void => {
    if (controller.signal.aborted) return;
    controller.abort(interruption);
    setTimeout(giveBack, echoMs).unref();
  };
  process.on("SIGINT", abort).on("SIGTERM", abort);
  return { signal: controller.signal, [Symbol.dispose]: giveBack };
}
