/** What the policy-accuracy suite measures with. Runs in the measuring worker. */
import type { RunnerTestCase } from "vitest";
import { recordFile } from "../../../reports/records/artifact.ts";
import { accuracyPath } from "../../../reports/records/store.ts";
import { systemNamed } from "../../config/systems.ts";
import type { Lab } from "../../testbed/run/lab.ts";
import { labClient } from "../../testbed/run/lab-gateway.ts";
import { providedLab } from "../../testbed/run/provided-lab.ts";
import { type AllReady, valuesOf } from "../../testbed/suite/hook.ts";
import { type SuiteBed, suiteBed } from "../../testbed/suite/suite-bed.ts";
import { accuracyExperiment, type Experiment } from "./experiment.ts";
import type { AccuracyServices } from "./surroundings.ts";

export interface AccuracyBed extends SuiteBed {
  /** On what the hooks created; the same one in every test. */
  readonly experiment: (hooks: AllReady<AccuracyServices>) => () => Experiment;
  /** Hands the record over to the reporter. */
  readonly hand: (task: Readonly<RunnerTestCase>) => Promise<void>;
}

/** Every mail is looked for: more than all attacks of a run send. */
const keptMails = 100_000;

/** `lab`: of the run. */
export function accuracyBed(lab: () => Lab = providedLab): AccuracyBed {
  const bed = suiteBed({
    lab,
    connect: (of) => labClient(of),
    systems: ({ config }) => [config.accuracy.system],
    keptMails,
    say: () => undefined, // no table of this suite is drawn while it runs
  });
  return {
    ...bed,
    experiment: (hooks) => {
      let experiment: Experiment | undefined;
      const system = () => systemNamed(lab().config.accuracy.system);
      return () =>
        (experiment ??= accuracyExperiment({
          ...{ lab: lab(), client: bed.client(), system: system() },
          ...valuesOf(hooks),
        }));
    },
    hand: (task) => recordFile(task, accuracyPath(lab().resultsDirectory)),
  };
}
