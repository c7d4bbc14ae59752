import type { Guard } from "./guard.ts";

/** Nothing is checked. */
export const none: Guard = {
  name: "none",
  title: "no guard",
  concerns: ({ guard }) => guard === "none",
  openBlock: () =>
    Promise.resolve({
      deployment: () => undefined,
      inspect: () => Promise.resolve({ voids: [], checks: new Map() }),
      release: () => Promise.resolve(),
    }),
};
