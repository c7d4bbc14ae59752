import { fileURLToPath } from "node:url";

/** Path of Vitest's command line. */
export const vitestProgram = fileURLToPath(new URL("../../node_modules/vitest/vitest.mjs", import.meta.url));
