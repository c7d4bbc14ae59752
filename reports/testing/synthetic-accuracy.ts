/** An accuracy record for tests, made of how fast orders learn; not a measurement. */
import type { AccuracyRecord } from "../records/accuracy-record.ts";
import { syntheticRunRecord } from "./synthetic.ts";

const trainingRounds = 60;
const testRounds = 100;

/** Each order rejects less after every few rounds, and nothing from a round of its own on. */
export function syntheticAccuracy(): AccuracyRecord {
  const { runId } = syntheticRunRecord();
  const order = (lastRound: number): number[] =>
    Array.from({ length: trainingRounds }, (_, at) =>
      at + 1 >= lastRound ? 0 : Math.max(1, Math.floor((testRounds * 0.6) / (1 + at / 2))),
    );
  const outcome = { variant: "only one", cases: 30, faults: 0 };
  const classes = ["skipped steps", "unknown host", "control"].map((name, at) => ({ name, detected: [24, 30, 0][at] }));
  return {
    schema: "kalium-bench/accuracy@1",
    ...{ runId, application: "Hello, Retail!", system: "kalium-native", normalise: "path", workloadSeed: 1 },
    curve: {
      ...{ semantics: "strict", trainingRounds, testRounds, requestsPerRound: 11, orderSeed: 1 },
      rejected: [22, 30, 34, 41, 55].map(order),
      leaveOneOut: { rounds: 160, rejected: 1 },
    },
    attacks: {
      ...{ seed: 1, casesPerClass: 30 },
      outcomes: classes.flatMap(({ name, detected = 0 }) =>
        (["strict", "reference", "none"] as const).map((guard) => {
          const found = guard === "none" ? 0 : guard === "strict" ? detected : Math.floor(detected / 2);
          const denied = {
            detected: found,
            local: Math.min(3, found),
            global: found,
            prevented: Math.floor(found / 2),
          };
          return { class: name, guard, ...outcome, ...denied, arrived: 30 - found };
        }),
      ),
    },
    times: [{ part: "record-strict", ms: 1500 }],
  };
}
