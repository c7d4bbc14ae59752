/**
 * npm sends a terminal's Ctrl-C once more to what it runs, half a millisecond later where its shell is bash, later on a
 * busy machine. A second press means it when it comes after this time.
 */
const echoMs = 1_000;

/** `timeout`, a service manager and a closed terminal; often to several processes of a run, which pass it on. */
const endings = ["SIGTERM", "SIGHUP"] as const;
const signals = ["SIGINT", ...endings] as const;

/**
 * Each of these signals ends `vitest run` within a millisecond: no results, no clean-up. A run with sandboxes is
 * cancelled instead: the running test is asked to stop, teardowns run, and what was measured is drawn. The second
 * Ctrl-C does what the first did before; SIGTERM and SIGHUP may come any number of times. `doing`: what the user waits
 * for meanwhile. `clear` takes away what is live on the terminal, into which the terminal has written `^C`.
 * Returns how to give the signals back.
 */
export function cancelOnInterrupt(
  doing: string,
  { clear, cancel }: { readonly clear: () => void; readonly cancel: () => void },
): () => void {
  const before = signals.map((signal) => [signal, process.listeners(signal)] as const);
  let stopping = false;
  let pressed: NodeJS.Timeout | undefined;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    clear();
    process.stderr.write(`\nkalium-bench: stopping and ${doing}; press Ctrl-C twice to end at once\n`);
    cancel();
  };
  const press = (): void => {
    pressed ??= setTimeout(() => giveBack("SIGINT"), echoMs).unref();
    stop();
  };
  const giveBack = (...which: readonly (typeof signals)[number][]): void => {
    for (const [signal, listeners] of before.filter(([signal]) => which.includes(signal))) {
      process.off(signal, press).off(signal, stop);
      for (const listener of listeners) {
        if (!process.listeners(signal).includes(listener)) process.on(signal, listener);
      }
    }
  };
  for (const [signal, listeners] of before) for (const listener of listeners) process.off(signal, listener);
  process.on("SIGINT", press);
  for (const signal of endings) process.on(signal, stop);
  return () => {
    clearTimeout(pressed);
    giveBack(...signals);
  };
}
