/**
 * Loaded by the measuring worker before all else (vitest.config.ts). A terminal sends Ctrl-C to every process of the
 * group; the worker leaves it to the main process, which tells it to stop in order. When the main process dies, Vitest
 * ends the worker.
 */
process.on("SIGINT", () => undefined);
