import { defineConfig } from "vitest/config";

/** Measuring projects: one file at a time, no retry, and nothing else beside them on the machine. */
const alone = { fileParallelism: false, maxWorkers: 1, retry: 0, bail: 0, hookTimeout: 180_000 } as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["**/*.test.ts"],
          exclude: ["**/node_modules/**", "**/*.contract.test.ts", "**/*.peers.test.ts"],
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "contract",
          include: ["**/*.contract.test.ts"],
          exclude: ["**/node_modules/**"],
          testTimeout: 60_000,
          sequence: { groupOrder: 2 },
          ...alone,
        },
      },
      {
        test: {
          name: "peers",
          include: ["**/*.peers.test.ts"],
          exclude: ["**/node_modules/**"],
          testTimeout: 900_000,
          sequence: { groupOrder: 3 },
          ...alone,
          hookTimeout: 900_000,
        },
      },
    ],
  },
});
