import { seededRandom } from "../../../reports/stats/random.ts";
import type { AttackCase, CaseRequest } from "../../../fixtures/attacks/attack.ts";
import { attackCases } from "../../../fixtures/attacks/cases.ts";
import { serviceName } from "../../config/systems.ts";
import { readMails } from "../../services/smtp-sink/index.ts";
import type { AttackTraffic } from "./detection.ts";
import type { PhaseGuard } from "./phase-guard.ts";
import { invoke } from "./run-rounds.ts";
import type { AccuracySurroundings } from "./surroundings.ts";

/** How many attackers there are at the same time, where guards tell requests apart. */
const attackers = 4;

export function makeCases(
  { client, system, images, mail, databases, collector }: AccuracySurroundings,
  { seed, perClass, prefix }: { readonly seed: number; readonly perClass: number; readonly prefix: string },
): readonly AttackCase[] {
  const { host, port } = databases.accessOf(system);
  const around = {
    functionUrl: (name: string) => new URL(`/function/${serviceName(system, name)}`, client.url).href,
    imageUrl: images.imageUrl,
    mail: { host: mail.host, port: mail.port },
    mysql: { host, port },
    collector: { host: collector.host, port: collector.port },
  };
  return attackCases({ random: seededRandom(seed), around, prefix }, perClass);
}

/**
 * Resolves when all that the cases began has ended. `oneByOne`: each meets guard and controller as if just started,
 * which makes cases independent where all requests share one automaton.
 * @throws {KaliumError} E_INVOKE, E_TIMEOUT
 */
export async function runAttacks(
  around: AccuracySurroundings,
  guard: PhaseGuard,
  { cases, oneByOne }: { readonly cases: readonly AttackCase[]; readonly oneByOne: boolean },
): Promise<void> {
  const attack = (id: string, { entry, path, script }: CaseRequest): Promise<number> =>
    invoke(around, { entry, path, body: { script } }, id);
  if (oneByOne) {
    for (const { id, requests } of cases) {
      await guard.reset();
      for (const request of requests) {
        if (request.afterEnd === true) await guard.settled();
        await attack(id, request);
      }
      await guard.settled();
    }
    return;
  }
  for (const late of [false, true]) {
    const queue = cases.values();
    const worker = async (): Promise<void> => {
      for (const { id, requests } of queue) {
        for (const request of requests) if ((request.afterEnd ?? false) === late) await attack(id, request);
      }
    };
    await Promise.all(Array.from({ length: attackers }, worker));
    await guard.settled();
  }
}

/** @throws {KaliumError} E_SERVICE */
export async function readArrivals({ collector, mail }: AccuracySurroundings): Promise<AttackTraffic> {
  const { mails } = await readMails(mail);
  return { collector: collector.received(), mail: mails.map(({ subject }) => `${subject}\n`).join("") };
}
