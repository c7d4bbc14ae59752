import type { Config } from "../../config/config.ts";
import { isArtifactRuntime } from "../../kalium/artifact/build-folder.ts";
import type { Guard } from "../guard.ts";
import { watchArtifactBlock } from "./block.ts";
import { guardPrograms, startLabCtr } from "./run.ts";
import { writeArtifactStages } from "./stages.ts";

/** On a cluster `cluster up` has started the controller. */
const isOurs = ({ platform }: Pick<Config, "platform">): boolean => platform === "local";

/** The paper's: a part of its runsc, with `seclambda` beside each sandbox and the controller `ctr`. docs/artifact-binaries.md */
export const artifact: Guard = {
  name: "artifact",
  title: "the artifact's guard",
  concerns: ({ guard, runtime }) => guard === "artifact" || isArtifactRuntime(runtime), // boot logs of all its runtimes are kept
  losesInstances: true,
  describe: async (config) => (isOurs(config) ? { artifact: await guardPrograms(config) } : {}),
  startForTrials: async (config, runDirectory) =>
    isOurs(config) ? await startLabCtr(config, { runDirectory, folder: runDirectory }) : undefined,
  start: async (config, { runDirectory, folder }) => {
    await using stack = new AsyncDisposableStack();
    if (isOurs(config)) stack.use(await startLabCtr(config, { runDirectory, folder }));
    const owned = stack.move();
    return { info: undefined, [Symbol.asyncDispose]: () => owned.disposeAsync() };
  },
  openBlock: async ({ run, measured, systems, block }) => {
    const watched = await watchArtifactBlock(measured, { run, systems }, block);
    return {
      deployment: () => undefined, // its runsc knows a function by its host name
      inspect: async ({ proofs, samples }) => await watched.inspect(proofs, samples),
      keepEvidence: () => watched.keepEvidence(),
      release: () => Promise.resolve(),
    };
  },
  watchStages: (run, systems) =>
    Promise.resolve({ write: (record) => writeArtifactStages(run.resultsDirectory, systems, record) }),
};
