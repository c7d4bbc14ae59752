/**
 * Ctrl-C during `vitest run` ends Vitest within a millisecond: no results, no clean-up. A measuring run is cancelled
 * instead: the test that runs is told to stop, teardowns run, and what was measured is drawn. The second Ctrl-C does
 * what the first did before.
 * Returns how to give the signal back.
 */
export function cancelOnInterrupt(cancel: () => Promise<void>): () => void {
  const before = process.listeners("SIGINT");
  const restore = (): void => {
    process.off("SIGINT", onInterrupt);
    for (const listener of before) if (!process.listeners("SIGINT").includes(listener)) process.on("SIGINT", listener);
  };
  const onInterrupt = (): void => {
    restore();
    process.stderr.write("\nkalium-bench: stopping and drawing what was measured; Ctrl-C again to end at once\n");
    void cancel();
  };
  for (const listener of before) process.off("SIGINT", listener);
  process.on("SIGINT", onInterrupt);
  return restore;
}
