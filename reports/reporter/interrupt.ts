/**
 * npm sends a terminal's Ctrl-C once more to what it runs, half a millisecond later where its shell is bash. No hand is
 * as fast as this.
 */
const echoMs = 300;

/**
 * Ctrl-C during `vitest run` ends Vitest within a millisecond: no results, no clean-up. A run with sandboxes is cancelled
 * instead: the test that runs is told to stop, teardowns run, and what was measured is drawn. The second Ctrl-C does
 * what the first did before. `doing`: what the user waits for meanwhile.
 * Returns how to give the signal back.
 */
export function cancelOnInterrupt(doing: string, cancel: () => void): () => void {
  const before = process.listeners("SIGINT");
  let pressed: NodeJS.Timeout | undefined;
  const restore = (): void => {
    clearTimeout(pressed);
    process.off("SIGINT", onInterrupt);
    for (const listener of before) if (!process.listeners("SIGINT").includes(listener)) process.on("SIGINT", listener);
  };
  const onInterrupt = (): void => {
    if (pressed !== undefined) return;
    pressed = setTimeout(restore, echoMs).unref();
    process.stderr.write(`\nkalium-bench: stopping and ${doing}; Ctrl-C again to end at once\n`);
    cancel();
  };
  for (const listener of before) process.off("SIGINT", listener);
  process.on("SIGINT", onInterrupt);
  return restore;
}
