import type { Guard } from "../guard.ts";
import { openEmbeddedBlock } from "./block.ts";
import { startEmbedded } from "./run.ts";
import { watchEmbeddedStages } from "./stages.ts";

/** Our own: a hook in the function's process, a proxy and a controller outside the sandbox. docs/kalium.md */
export const embedded: Guard = {
  name: "embedded",
  title: "the embedded guard",
  concerns: ({ guard }) => guard === "embedded",
  start: startEmbedded,
  openBlock: openEmbeddedBlock,
  watchStages: watchEmbeddedStages,
};
