/** Detections of attacks, added up per class and guard. Pure. */
import type { AccuracyRecord, AttackOutcome } from "../records/accuracy-record.ts";

export type Attacks = NonNullable<AccuracyRecord["attacks"]>;
type Counts = Pick<AttackOutcome, "cases" | "detected" | "local" | "global" | "prevented">;

export interface ClassDetection extends Counts {
  readonly class: string;
  readonly guard: AttackOutcome["guard"];
  /** Of the cases with a target that could tell. */
  readonly targeted: number;
  readonly arrived: number;
}

export const controlClass = "control";

/** Classes in the order of the record, guards within them. */
export function detections({ outcomes }: Attacks): readonly ClassDetection[] {
  const groups = Map.groupBy(outcomes, ({ guard, ...of }) => JSON.stringify([of.class, guard]));
  const classes = [...new Set(outcomes.map((of) => of.class))];
  return classes.flatMap((name) =>
    (["strict", "reference", "none"] as const).flatMap((guard) => {
      const own = groups.get(JSON.stringify([name, guard]));
      if (own === undefined) return [];
      const sum = (of: (outcome: AttackOutcome) => number): number => own.reduce((total, each) => total + of(each), 0);
      return [
        {
          class: name,
          guard,
          cases: sum(({ cases }) => cases),
          detected: sum(({ detected }) => detected),
          local: sum(({ local }) => local),
          global: sum(({ global }) => global),
          prevented: sum(({ prevented }) => prevented),
          targeted: sum(({ arrived, cases }) => (arrived === undefined ? 0 : cases)),
          arrived: sum(({ arrived = 0 }) => arrived),
        },
      ];
    }),
  );
}

/** Variants that a guard let through, at least in part. */
export const undetected = ({ outcomes }: Attacks, guard: AttackOutcome["guard"]): readonly AttackOutcome[] =>
  outcomes.filter((of) => of.guard === guard && of.class !== controlClass && of.detected < of.cases);
