/**
 * `kalium-bench plan | head -1`: who read our output has gone. What is still written is dropped, and the command does
 * its work to the end, clean-up and exit status included. Node would end it in the middle, with a stack.
 */
export function outliveClosedOutput(streams: readonly NodeJS.WriteStream[] = [process.stdout, process.stderr]): void {
  for (const stream of streams) {
    const known = stream.listeners("error").some(({ name }) => name === dropWhatNobodyReads.name);
    if (!known) stream.on("error", dropWhatNobodyReads); // Vitest reads its configuration more than once
  }
}

function dropWhatNobodyReads(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}
