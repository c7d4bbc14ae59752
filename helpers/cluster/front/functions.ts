import { randomBytes } from "node:crypto";
import type { V1Pod } from "@kubernetes/client-node";
import { z } from "zod";
import { createChanges } from "../../base/changes.ts";
import { deploymentSchema, othersImageAnnotation, profileAnnotation } from "../../gateway/deployment.ts";
import { refusal } from "../../gateway/refusal.ts";
import type { Cluster } from "../api/connect.ts";
import { managedByLabel, runtimeClassAnnotation } from "../names.ts";
import { openDeployments } from "./deployments.ts";
import { deploymentLabel, functionLabels, labLabel } from "./labels.ts";
import type { FrontSettings } from "./options.ts";
import { held, releaseOf } from "./hold.ts";
import { provePod, readinessOfOthers, sandboxPath } from "./pod-proof.ts";
import { watchPods } from "./pod-watch.ts";
import { lastExitOf, type PodLastExit } from "./last-exit.ts";
import { watchStrays } from "./strays.ts";
import { type TrackedFunction, trackFunction } from "./tracked-function.ts";
import { nodeOfConstraints, type Wanted } from "./wanted.ts";

/** What we read of a deployment; the rest goes to the gateway as it came. */
export const requestSchema = deploymentSchema.extend({ constraints: z.array(z.string()).nullish() }).loose();

/** The functions of this run on the cluster. */
export interface TrackedFunctions {
  readonly get: (name: string) => TrackedFunction | undefined;
  /** What to ask the gateway for, and what must come of it. @throws {KaliumError} E_DEPLOY with status 400 */
  readonly plan: (deployment: z.infer<typeof requestSchema>) => { readonly body: object; readonly wanted: Wanted };
  /** After the gateway has accepted it: completes the Deployment and watches its pods. */
  readonly accept: (wanted: Wanted) => Promise<void>;
  readonly forget: (name: string) => void;
  readonly lastExit: (tracked: TrackedFunction) => Promise<PodLastExit | undefined>;
  readonly labelSecret: (name: string) => Promise<void>;
  /** Settles at the next change of a pod or a proof. */
  readonly changed: () => Promise<unknown>;
  readonly close: () => Promise<void>;
}

/** @throws {KaliumError} E_CLUSTER when pods cannot be seen */
export async function createFunctions(cluster: Cluster, settings: FrontSettings): Promise<TrackedFunctions> {
  const { namespace, upRunId, labId, runtimes, nodes, gateway, readyTimeoutMs, lookImage } = settings;
  const labels = functionLabels(upRunId, labId);
  // OpenFaaS knows its secrets by this label, and would not change one that has lost it.
  const secretLabels = Object.fromEntries(Object.entries(labels).filter(([label]) => label !== managedByLabel));
  const deployments = openDeployments(cluster, settings);
  const tracked = new Map<string, TrackedFunction>();
  const changes = createChanges();
  const strays = watchStrays();
  const watch = await watchPods(cluster, { namespace, labelSelector: `${labLabel}=${labId}` }, (pod) => {
    strays.look(pod);
    for (const each of tracked.values()) each.look();
    changes.tell();
  });
  const kernelOf = (node: string): string => nodes.find(({ name }) => name === node)?.kernel ?? "unknown";
  const podsOf = (name: string): readonly V1Pod[] =>
    watch.all().filter(({ metadata }) => metadata?.labels?.["faas_function"] === name);
  return {
    get: (name) => tracked.get(name),
    plan: (deployment) => {
      const { service: name, image, annotations, constraints } = deployment;
      const runtime = annotations?.[profileAnnotation] ?? "";
      const known = runtimes.find(({ identity }) => identity.runtime === runtime);
      if (known === undefined) {
        throw refusal(400, `the cluster has no runtime "${runtime}"\n  -> Run npm run cluster -- up`);
      }
      const others = Object.entries(annotations ?? {}).filter(([key]) => key !== profileAnnotation);
      const { runtimeClass } = known;
      const id = randomBytes(6).toString("hex");
      const release = gateway.setsRuntimeClass ? undefined : releaseOf(deployment);
      const othersImage = annotations?.[othersImageAnnotation] === "true";
      const wanted = {
        name,
        image,
        othersImage,
        readiness: othersImage ? readinessOfOthers(deployment.envVars ?? {}) : { path: sandboxPath },
        labels,
        ...known,
        node: nodeOfConstraints(constraints),
        deployment: id,
        release,
      };
      strays.expect(wanted);
      return {
        body: {
          ...(release === undefined ? deployment : held(deployment)),
          namespace,
          // Current gateways ignore profiles, and old ones refuse anything but a Profile object.
          annotations: {
            ...Object.fromEntries(others),
            ...(runtimeClass !== undefined && { [runtimeClassAnnotation]: runtimeClass }),
          },
          labels: { ...deployment.labels, ...labels, [deploymentLabel]: id },
        },
        wanted,
      };
    },
    accept: async (wanted) => {
      tracked.get(wanted.name)?.stop();
      await deployments.complete(wanted);
      const { name, identity, readiness } = wanted;
      const about = {
        ...{ cluster, name, identity, readiness, invokeUrl: gateway.url, kernelOf, timeoutMs: readyTimeoutMs },
        ...(wanted.othersImage && { lookImage }),
      };
      const each = trackFunction(wanted, {
        podsOf,
        strayOf: () => strays.of(wanted),
        prove: (pod, more) => provePod(pod, { ...about, ...more }),
        onChange: changes.tell,
      });
      tracked.set(name, each);
      each.look();
    },
    forget: (name) => {
      tracked.get(name)?.stop();
      tracked.delete(name);
    },
    lastExit: (each) => lastExitOf(each, { cluster, namespace, podsOf, readDeployment: deployments.read }),
    labelSecret: (name) => deployments.labelSecret(name, secretLabels),
    changed: changes.next,
    close: async () => {
      for (const each of tracked.values()) each.stop();
      await watch.stop();
    },
  };
}
