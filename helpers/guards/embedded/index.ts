import type { Guard } from "../guard.ts";
import { readGuardStatus } from "../../kalium/proxy/index.ts";
import { openEmbeddedBlock } from "./block.ts";
import { embeddedInfo, startEmbedded } from "./run.ts";
import { watchEmbeddedStages } from "./stages.ts";

/** Our own: a hook in the function's process, a proxy and a controller outside the sandbox. docs/kalium.md */
export const embedded: Guard = {
  name: "embedded",
  title: "the embedded guard",
  concerns: ({ guard }) => guard === "embedded",
  start: startEmbedded,
  processes: (run) => [embeddedInfo(run).pid].filter((pid) => pid !== undefined),
  alive: (run) => readGuardStatus(embeddedInfo(run)),
  openBlock: openEmbeddedBlock,
  watchStages: watchEmbeddedStages,
};
