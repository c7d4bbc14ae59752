/** What guards made of requests, from their log. Pure. */
import type { AttackCase } from "../../../fixtures/attacks/attack.ts";
import type { AccuracyRecord, AttackOutcome } from "../../../reports/records/accuracy-record.ts";
import { eventText } from "../../kalium/core/event.ts";
import type { VerdictRecord } from "../../kalium/core/guard.ts";
import type { Reason } from "../../kalium/core/reason.ts";

/** The controller did not answer in time, or not understandably: denied, but not by the policy. */
const faultReasons: ReadonlySet<Reason> = new Set(["controller-timeout", "protocol-error"]);

const isFault = ({ reason }: VerdictRecord): boolean => faultReasons.has(reason);
const isDenial = (record: VerdictRecord): boolean => record.verdict === "deny" && !isFault(record);

type Sessions = ReadonlyMap<string, readonly VerdictRecord[]>;

export const bySession = (verdicts: readonly VerdictRecord[]): Sessions =>
  Map.groupBy(verdicts, ({ sessionId }) => sessionId);

/** Marks that reached the collector or the mail server. */
export interface AttackTraffic {
  readonly collector: string;
  readonly mail: string;
}

/** One outcome per class and variant. @throws {RangeError} for a case whose requests no guard saw */
export function attackOutcomes(
  cases: readonly AttackCase[],
  verdicts: readonly VerdictRecord[],
  { guard, arrivals }: { readonly guard: AttackOutcome["guard"]; readonly arrivals: AttackTraffic },
): readonly AttackOutcome[] {
  const sessions = bySession(verdicts);
  const variants = Map.groupBy(cases, (each) => JSON.stringify([each.class, each.variant]));
  return [...variants.values()].map((of): AttackOutcome => {
    const seen = of.map(({ id }) => {
      const records = sessions.get(id);
      if (records === undefined) throw new RangeError(`no guard saw ${id}`);
      return records;
    });
    const count = (test: (records: readonly VerdictRecord[]) => boolean): number => seen.filter(test).length;
    const [first] = of;
    const { target } = first ?? {};
    return {
      class: first?.class ?? "",
      variant: first?.variant ?? "",
      guard,
      cases: of.length,
      detected: count((records) => records.some(isDenial)),
      local: count((records) => records.some((record) => isDenial(record) && record.local?.verdict === "deny")),
      global: count((records) => records.some((record) => isDenial(record) && record.global?.verdict === "deny")),
      prevented: count((records) => records.some((record) => isDenial(record) && isBeginning(record))),
      ...(target && { arrived: of.filter(({ id }) => hasMark(arrivals[target], id)).length }),
      faults: count((records) => records.some(isFault)),
    };
  });
}

/** Before it nothing has happened yet; RESP and ENDE come afterwards. */
const isBeginning = ({ event }: VerdictRecord): boolean => event === "GETE" || event === "SEND";

/** Not as the beginning of another id: they end in numbers. */
const hasMark = (text: string, id: string): boolean => text.split(id).some((after, at) => at > 0 && !/^\d/.test(after));

/** False alarms among fresh requests, which all are right. */
export function freshRequests(
  verdicts: readonly VerdictRecord[],
): Pick<NonNullable<AccuracyRecord["enforced"]>, "requests" | "denied" | "faults" | "denials"> {
  const sessions = [...bySession(verdicts).values()];
  const texts = new Map<string, number>();
  for (const records of sessions) {
    const denial = records.find(isDenial);
    if (denial === undefined) continue;
    const level = denial.local?.verdict === "deny" ? "local" : "global";
    const what = `${eventText({ ...denial, name: denial.event })}: ${denial.reason} (${level} graph)`;
    texts.set(what, (texts.get(what) ?? 0) + 1);
  }
  return {
    requests: sessions.length,
    denied: sessions.filter((records) => records.some(isDenial)).length,
    faults: sessions.filter((records) => records.some(isFault)).length,
    denials: [...texts].sort(([, a], [, b]) => b - a).map(([what, requests]) => ({ what, requests })),
  };
}

/** Says what makes the table of detections worth nothing; empty when it is sound. */
export function attackProblems(
  { outcomes, casesPerClass }: NonNullable<AccuracyRecord["attacks"]>,
  classes: readonly string[],
): readonly string[] {
  const guards = ["none", "strict", "reference"] as const;
  const missing = guards.flatMap((guard) =>
    classes.flatMap((name) => {
      const own = outcomes.filter((outcome) => outcome.guard === guard && outcome.class === name);
      const cases = own.reduce((sum, outcome) => sum + outcome.cases, 0);
      return cases === casesPerClass ? [] : [`${name}, guard ${guard}: ${cases} cases instead of ${casesPerClass}`];
    }),
  );
  const odd = outcomes.flatMap(({ arrived, cases, guard, prevented, faults, ...of }) => {
    const where = `${of.class}, ${of.variant}, guard ${guard}`;
    if (faults > 0) return [`${where}: ${faults} checks failed for a reason other than the policy`];
    if (arrived === undefined) return [];
    if (guard === "none" && arrived < cases) return [`${where}: only ${arrived} of ${cases} attacks work`];
    // Elsewhere a denial may be of another step than the one whose mark arrived.
    if (of.class !== "calls to new hosts") return [];
    return arrived + prevented > cases
      ? [`${where}: ${arrived} arrived although ${prevented} of ${cases} were denied`]
      : [];
  });
  return [...missing, ...odd];
}
