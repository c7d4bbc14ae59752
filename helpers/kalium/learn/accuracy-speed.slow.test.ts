import { expect, test } from "vitest";
import { chance } from "../testing/chance.ts";
import { shopTrace } from "../testing/shop.ts";
import { type Round, rejectedAfter, roundsUntilAccepted } from "./accuracy.ts";

/** As many requests as the application has measured functions. */
const requestsPerRound = 17;

const rounds = (count: number, seed: number): Round[] => {
  const dice = chance(seed);
  return dice.many(count, (at) => dice.many(requestsPerRound, (of) => shopTrace(dice, at + 1, `request-${of}`)));
};

test("1000 training rounds, 1000 test rounds, 30 orders within 10 s of processor time", () => {
  const [training, held] = [rounds(1000, 1), rounds(1000, 2)];
  const before = process.cpuUsage();
  const orders = roundsUntilAccepted(training, held, { semantics: "strict", orders: 30, seed: 1 });
  const curves = orders.map((acceptedAfter) => rejectedAfter(acceptedAfter, training.length));
  const { user, system } = process.cpuUsage(before); // wall time would also be that of others on the machine
  const seconds = (user + system) / 1e6;
  const mebibytes = process.memoryUsage.rss() / 2 ** 20;
  const events = [...training, ...held].flat().reduce((sum, { events: { length } }) => sum + length, 0);
  process.stdout.write(
    `${events} events: ${seconds.toFixed(1)} s of processor time, ${mebibytes.toFixed(0)} MiB resident\n`,
  );
  expect(curves).toHaveLength(30);
  expect(curves[0]?.[0]).toBeGreaterThan(curves[0]?.at(-1) ?? Infinity);
  expect(seconds).toBeLessThan(10);
});
