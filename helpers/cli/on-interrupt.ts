/** Thrown where a command stops because the user asked for it; not an error to explain. */
export const interruption = new Error("interrupted");

export interface Interrupt extends Disposable {
  readonly signal: AbortSignal;
}

/** Aborts when the user or the system asks this process to stop, which then ends in order; until it is disposed. */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  const abort = (): void => controller.abort(interruption);
  process.on("SIGINT", abort).on("SIGTERM", abort);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => void process.off("SIGINT", abort).off("SIGTERM", abort),
  };
}
