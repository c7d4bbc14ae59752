import type { V1Node } from "@kubernetes/client-node";
import { KaliumError } from "../../base/errors.ts";
import type { Cluster } from "../api/connect.ts";
import { applyObject, type NamedObject } from "../api/objects.ts";
import { missingPermissions, permissionText } from "../doctor/permissions.ts";
import type { ClusterFacts } from "../facts.ts";
import { factsConfigMap, factsKey, functionNamespace, labelsOf } from "../names.ts";
import { systemNamespaceManifest } from "../nodes/agent-manifest.ts";
import { startNodeAgents } from "../nodes/agents.ts";
import { containerNetwork } from "../nodes/container-network.ts";
import { fullName } from "../../images/oci/archive.ts";
import { announceImages, importImage } from "../nodes/node-images.ts";
import { openNodeJournal } from "../nodes/node-journal.ts";
import { nameOf, nodeFacts, selectNodes } from "../nodes/select-nodes.ts";
import {
  type BuildChoice,
  nodePlaceOf,
  resolveBuilds,
  type RunscBuild,
  singleHandler,
  singleRunscPath,
} from "../runsc/builds.ts";
import { type ArtifactChoice, placeArtifact, startArtifactController } from "../runsc/artifact.ts";
import { prepareNode } from "../runsc/prepare-node.ts";
import { applyRuntimeClass, tryRuntimeClass } from "../runsc/runtime-classes.ts";
import { type GatewayChoice, openGateway } from "../services/gateway.ts";
import { type MysqlChoice, mysqlImage, mysqlSource, startMysqlPod } from "../services/mysql.ts";
import { placeServices, type ServicesChoice } from "../services/place-services.ts";
import type { ProgramName } from "../images/program-images.ts";
import type { ImageArchive } from "../nodes/node-images.ts";
import type { PreparedNode } from "../nodes/prepared-node.ts";
import { currentRun, labelNode, makeNamespace } from "./run-marks.ts";

export interface UpOptions {
  /** Name of a new run; letters, digits, dashes. An unfinished run of the cluster is continued under its own. */
  readonly runId: string;
  /** Labels of nodes, as `kubectl -l` takes them; absent: all that are fit. */
  readonly nodeSelector?: string | undefined;
  readonly builds: BuildChoice;
  /** `containerd-shim-runsc-v1` for nodes without one. */
  readonly shim?: string | undefined;
  readonly agentImage?: string | undefined;
  readonly mysql: MysqlChoice;
  readonly gateway: GatewayChoice;
  readonly services: ServicesChoice;
  /** Builds the image of our own gateway, and of the services' pod, where it is started and no image is named. */
  readonly buildImage: (program: ProgramName) => Promise<ImageArchive>;
  /** The artifact's programs beside runsc; absent without KALIUM_BUILD. */
  readonly artifact?: ArtifactChoice | undefined;
}

export interface UpContext {
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Prepares a cluster for measuring. May be repeated, also after it was cut: what is in place stays. All that it makes
 * carries the run's labels; the facts come last.
 * @throws {KaliumError} E_CLUSTER and others; `down` undoes whatever was done until then
 */
export async function clusterUp(
  cluster: Cluster,
  options: UpOptions,
  { report, signal }: UpContext,
): Promise<ClusterFacts> {
  await requirePermissions(cluster);
  const builds = await resolveBuilds(options.builds, signal);
  const nodes = await selectNodes(cluster, options.nodeSelector);
  const runId = (await currentRun(cluster)) ?? options.runId;
  report(`run ${runId}: ${nodes.length} nodes, ${builds.map(({ runtimeClass }) => runtimeClass).join(", ")}`);

  await applyObject(cluster, systemNamespaceManifest(runId));
  await makeNamespace(cluster, runId, functionNamespace);
  for (const node of nodes) await labelNode(cluster, nameOf(node), runId);

  const [firstNode] = nodes;
  if (firstNode === undefined) throw new TypeError("selectNodes answers at least one");
  const first = nodeFacts(firstNode);
  const database = await mysqlImage(cluster, options.mysql);
  await using agents = await startNodeAgents(cluster, { runId, nodes, image: options.agentImage });
  const { image } = agents;
  const prepared = await Promise.all(
    agents.shells.map(async (shell) => {
      const containerd = await prepareNode(shell, { runId, builds, shim: options.shim, report });
      const journal = await openNodeJournal(shell, runId);
      if (await agents.hasPulled(shell.node)) await journal.addsImages([fullName(image)]);
      if (options.artifact !== undefined) await placeArtifact(shell, journal, options.artifact, first.address);
      const pulled = [
        options.gateway.image,
        options.services.image,
        database?.archive ? undefined : database?.reference,
      ];
      // Kubelets will pull them.
      if (containerd.ctr !== undefined) await announceImages(shell, containerd, journal, pulled.filter(isGiven));
      if (database?.archive !== undefined) await importImage(shell, containerd, journal, database.archive);
      return { shell, containerd, journal, cni: await containerNetwork(shell, containerd) };
    }),
  );
  signal.throwIfAborted();
  const { name: node, address: nodeAddress, architecture } = first;
  const controller =
    options.artifact &&
    (await startArtifactController(
      cluster,
      { runId, node, address: nodeAddress, architecture, image },
      options.artifact,
    ));
  await makeRuntimeClasses(cluster, { runId, builds, nodes, image, report });

  const [shell] = agents.shells;
  if (shell === undefined) throw new TypeError("startNodeAgents answers one shell per node");
  const mysql = await startMysqlPod(cluster, {
    runId,
    choice: options.mysql,
    image: database?.reference,
    shell,
    report,
  });
  const gateway = await openGateway(cluster, {
    runId,
    choice: options.gateway,
    nodes: prepared,
    buildImage: () => options.buildImage("gateway"),
    report,
  });
  const services = await placeServices(cluster, {
    runId,
    choice: options.services,
    nodes: prepared,
    nodeAddress,
    buildImage: () => options.buildImage("services"),
    report,
  });

  const facts: ClusterFacts = {
    format: 1,
    runId,
    createdAt: new Date().toISOString(),
    namespace: functionNamespace,
    gateway,
    mysql,
    services,
    runtimes: runtimeFacts(builds, prepared),
    nodes: nodes.map((node) => ({
      ...nodeFacts(node),
      cni: prepared.find((candidate) => candidate.shell.node === nameOf(node))?.cni,
    })),
    ...(controller && { controller }),
  };
  await applyObject(cluster, factsManifest(facts));
  return facts;
}

/**
 * What `clusterUp` would change; asks the cluster and changes nothing. A password in the URL stays out.
 * @throws {KaliumError} E_CLUSTER, as `clusterUp` before its first change
 */
export async function plannedChanges(cluster: Cluster, options: UpOptions, signal: AbortSignal) {
  await requirePermissions(cluster);
  const builds = await resolveBuilds(options.builds, signal);
  const nodes = await selectNodes(cluster, options.nodeSelector);
  return {
    server: cluster.server,
    nodes: nodes.map(nameOf),
    builds: builds.map(({ runtimeClass, version, handler }) => ({ runtimeClass, version, handler })),
    earlierRun: await currentRun(cluster),
    replaced: options.builds.single === undefined ? undefined : singleRunscPath,
    mysqlImage: await mysqlSource(cluster, options.mysql),
  };
}

const isGiven = (image: string | undefined): image is string => image !== undefined;

async function requirePermissions(cluster: Cluster): Promise<void> {
  const missing = await missingPermissions(cluster);
  if (missing.length === 0) return;
  const list = missing.map((permission) => `\n  ${permissionText(permission)} (${permission.neededFor})`).join("");
  throw new KaliumError("E_CLUSTER", `the kubeconfig's user lacks ${missing.length} permissions:${list}`, {
    hint: "Use a kubeconfig of a cluster administrator, or ask for these.",
  });
}

interface Classes extends Pick<UpContext, "report"> {
  readonly runId: string;
  readonly builds: readonly RunscBuild[];
  readonly nodes: readonly V1Node[];
  readonly image: string;
}

async function makeRuntimeClasses(cluster: Cluster, { runId, builds, nodes, image, report }: Classes): Promise<void> {
  for (const build of builds) {
    await applyRuntimeClass(cluster, runId, build);
    const { runtimeClass } = build;
    await Promise.all(
      nodes.map((node) => {
        const architecture = node.status?.nodeInfo?.architecture ?? "amd64";
        return tryRuntimeClass(cluster, { runId, runtimeClass, node: nameOf(node), architecture, image });
      }),
    );
    report(`RuntimeClass ${runtimeClass}: ${build.version}, ${build.platform}, runs on all nodes`);
  }
}

function runtimeFacts(builds: readonly RunscBuild[], nodes: readonly PreparedNode[]): ClusterFacts["runtimes"] {
  const names = nodes.map(({ shell }) => shell.node);
  const runc = nodes[0]?.containerd.runc;
  return [
    ...builds.map(({ runtime, runtimeClass, handler, version, sha256, platform }) => {
      const { binary, logFolder } = nodePlaceOf({ runtimeClass });
      // Of the single one the node's own configuration says platform and logs.
      const place = handler === singleHandler ? { binary: singleRunscPath } : { binary, platform, logFolder };
      return { runtime, runtimeClass, handler, version, sha256, ...place, network: "netstack", nodes: names };
    }),
    ...(runc === undefined ? [] : [{ runtime: "runc", ...runc, network: "host kernel, own namespace", nodes: names }]),
  ];
}

const factsManifest = (facts: ClusterFacts): NamedObject & { readonly data: Readonly<Record<string, string>> } => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: factsConfigMap, namespace: functionNamespace, labels: labelsOf(facts.runId, "facts") },
  data: { [factsKey]: JSON.stringify(facts, null, 2) },
});
