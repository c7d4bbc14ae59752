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
  cpuNs: async (run) => {
    if (run.cluster !== undefined) return undefined;
    const status = await readGuardStatus(embeddedInfo(run)).catch(() => undefined); // `alive` tells of its loss
    return status?.cpuNs;
  },
  alive: (run) => readGuardStatus(embeddedInfo(run)),
  openBlock: openEmbeddedBlock,
  watchStages: watchEmbeddedStages,
};
