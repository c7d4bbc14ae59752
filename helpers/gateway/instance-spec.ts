import type { SandboxSpec } from "../contracts/sandbox.ts";
import type { UnpackedImage } from "../image-cache/cache.ts";
import { traceAnnotation } from "./deployment.ts";
import type { DeploymentPlan } from "./deployment-plan.ts";

export interface SpecOptions {
  readonly onLine: SandboxSpec["onLine"];
  readonly signal: AbortSignal;
}

/** What the driver needs for one instance. An image of somebody else's is fetched and unpacked when the first one starts. */
export async function specOf(plan: DeploymentPlan, id: string, { onLine, signal }: SpecOptions): Promise<SandboxSpec> {
  const { image, env, secrets, memoryLimitBytes } = plan;
  const traced = plan.deployment.annotations?.[traceAnnotation] === "true";
  const common = { id, secrets, memoryLimitBytes, onLine, ...(traced && { traced }) };
  if (image.kind === "stored") {
    const { directory: imageDirectory, watchdogDirectory, entrypoint: command } = image;
    return { ...common, imageDirectory, watchdogDirectory, command, env };
  }
  const { directory, user, home } = await orAborted(image.unpack(), signal);
  const { command, workingDirectory } = image.config;
  const readOnly = plan.deployment.readOnlyRootFilesystem === true;
  return {
    ...common,
    imageDirectory: directory,
    command,
    env: { ...(home !== undefined && { HOME: home }), ...env },
    root: { directory, digest: image.digest, workingDirectory, user, readOnly },
  };
}

/** A removed function need not wait; the image is fetched to its end for the next one. */
function orAborted(unpacking: Promise<UnpackedImage>, signal: AbortSignal): Promise<UnpackedImage> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const give = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", give, { once: true });
    unpacking.then(resolve, reject).finally(() => signal.removeEventListener("abort", give));
  });
}
