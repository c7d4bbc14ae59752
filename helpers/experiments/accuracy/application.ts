/** The application's 14 functions, each behind a guard, for one phase of the experiment. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { functions } from "../../../fixtures/hello-retail/deployed-functions.ts";
import { vanilla } from "../../../fixtures/variants/vanilla.ts";
import type { DeployedFunction } from "../../contracts/application.ts";
import { KaliumError } from "../../base/errors.ts";
import { buildImages } from "../../images/build-images.ts";
import { unpackWatchdog } from "../../images/unpacked.ts";
import { registerInstance } from "../../kalium/proxy/index.ts";
import { verifyProof } from "../../runtimes/verify-proof.ts";
import { serviceName } from "../../config/systems.ts";
import { hookedDeployment } from "../../guards/embedded/hook-settings.ts";
import { deploymentOf } from "../../testbed/block/deployment.ts";
import { peersOf } from "../../testbed/block/peers.ts";
import { surroundingsOf } from "../../testbed/block/surroundings.ts";
import type { PhaseGuard } from "./phase-guard.ts";
import type { AccuracySurroundings } from "./surroundings.ts";

/** Image references by function name. */
export type Build = Readonly<Record<string, string>>;

export const originalBuild = ({ lab }: Pick<AccuracySurroundings, "lab">): Build =>
  Object.fromEntries(functions.map(({ name }) => [name, lab.images.vanilla?.[name]?.reference ?? name]));

/** The same functions with a handler that does what its request says. @throws {KaliumError} E_DEPLOY */
export async function buildCompromised({ lab }: Pick<AccuracySurroundings, "lab">): Promise<Build> {
  const handler = new URL("../../../fixtures/attacks/compromised.ts", import.meta.url);
  const image = { ...functionNamed("product-photos-1-microbench"), name: "compromised", handler };
  const imagesDirectory = join(lab.runDirectory, "images");
  const watchdog = await unpackWatchdog(imagesDirectory, lab.config.watchdog);
  const built = await buildImages({ functions: [image], variant: vanilla, imagesDirectory, watchdog });
  return Object.fromEntries(functions.map(({ name }) => [name, built["compromised"]?.reference ?? name]));
}

function functionNamed(name: string): DeployedFunction {
  const found = functions.find((candidate) => candidate.name === name);
  if (found === undefined) throw new TypeError(`no deployed function is called ${name}`);
  return found;
}

/**
 * Registers and deploys all functions and waits until each is ready and has proven its runtime.
 * @throws {KaliumError} E_DEPLOY, E_POLICY, E_RUNTIME_PROOF; nothing stays deployed then
 */
export async function deployApplication(
  around: AccuracySurroundings,
  guard: PhaseGuard,
  build: Build,
): Promise<AsyncDisposable> {
  const { client, system, lab } = around;
  await using stack = new AsyncDisposableStack();
  const deployed = functions.map(async (definition): Promise<void> => {
    const service = serviceName(system, definition.name);
    const token = randomBytes(32).toString("base64url");
    const tokenSecret = `${service}-guard-token`;
    await client.putSecret(tokenSecret, token);
    await registerInstance(guard.proxy, service, {
      functionName: definition.name,
      token,
      peers: peersOf(system, around),
      namePrefix: serviceName(system, ""),
      normalise: guard.normalise,
    });
    const hooked = hookedDeployment({ ...guard, address: guard.proxy.address, tokenSecret });
    stack.defer(() => client.remove(service));
    await client.deploy({
      ...deploymentOf(definition, system, build[definition.name] ?? "", {
        ...surroundingsOf(system, around),
        guard: hooked,
      }),
    });
    const ready = await client.waitReady(service, { timeoutMs: lab.config.readyTimeoutMs });
    for (const proof of client.proofs(ready)) {
      const contradiction = verifyProof(proof, system.runtime);
      if (contradiction !== undefined) throw new KaliumError("E_RUNTIME_PROOF", `${definition.name}: ${contradiction}`);
    }
  });
  await Promise.allSettled(deployed); // so that what is still being deployed is removed as well
  await Promise.all(deployed);
  return stack.move();
}
