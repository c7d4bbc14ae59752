/**
 * Loaded by the measuring worker before all else (vitest.config.ts). Ctrl-C, `timeout` and a closed terminal signal every
 * process of the group; the worker leaves it to the main process, which tells it to stop in order. When the main process
 * dies, Vitest ends the worker.
 */
const ignore = (): void => undefined;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, ignore);

/** Vitest ends a worker that is through by SIGTERM, after a message that says so; without it, it kills 500 ms later. */
const giveBackSigterm = (message: unknown): void => {
  if ((message as { readonly type?: unknown } | null)?.type === "stop") process.off("SIGTERM", ignore);
};

/** After Vitest's own listener: messages that have come so far go to whoever listens first. */
const listenAfterVitest = (event: string | symbol): void => {
  if (event !== "message") return;
  process.off("newListener", listenAfterVitest);
  process.nextTick(() => process.on("message", giveBackSigterm));
};
process.on("newListener", listenAfterVitest);
