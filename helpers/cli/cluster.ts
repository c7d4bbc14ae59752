import type { Command } from "commander";
import type { UpWords } from "../cluster/up/up-options.ts";
import { registerClusterGateway } from "./cluster-gateway.ts";

interface Common {
  readonly kubeconfig?: string;
  readonly json?: true;
}

type UpCommandOptions = Common & UpWords;

interface DownCommandOptions extends Common {
  readonly run?: string;
  readonly agentImage?: string;
}

const repeatable = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** `kalium-bench cluster`: prepares a Kubernetes cluster for measuring, and puts it back as it was. */
export function registerCluster(program: Command): void {
  const cluster = program
    .command("cluster")
    .description("prepare a Kubernetes cluster for measuring, and put it back as it was");
  const command = (name: string, description: string): Command =>
    cluster
      .command(name)
      .description(description)
      .option("--kubeconfig <file>", "instead of KALIUM_KUBECONFIG, KUBECONFIG and ~/.kube/config")
      .option("--json", "print JSON only");

  command("doctor", "look at the cluster: versions, permissions, nodes, OpenFaaS, what is missing").action(doctor);
  command("up", "start MySQL and a gateway, put runsc onto the nodes; may be repeated")
    .option("--nodes <selector>", "labels of the nodes to measure on; default: all that are fit")
    .option("--runsc <name=path>", "a build of runsc, for the runtime `name`; may be repeated", repeatable, [])
    .option("--runsc-flag <name:flag=value>", "a further flag of one; may be repeated", repeatable, [])
    .option("--single-runsc <path>", "the artifact's way: replace /usr/local/bin/runsc of the nodes, with the way back")
    .option("--platform <name>", "gVisor's platform; default: systrap where the build knows it")
    .option("--shim <path>", "containerd-shim-runsc-v1, for nodes that have none")
    .option("--agent-image <image>", "any image that the nodes can run; default: one that they have")
    .option("--mysql-image <image>", "of MySQL or MariaDB; `local` imports this machine's own", "mysql:8.4")
    .option("--mysql-url <url>", "a server of yours that pods can reach")
    .option(
      "--mysql-storage <gib>",
      "size of its claim; 0: the pod's own disk; default: a claim of 1 where there is a default class",
    )
    .option("--storage-class <name>", "of that claim")
    .option("--gateway <kind>", "auto: the cluster's OpenFaaS, else our own; openfaas; own", "auto")
    .option("--gateway-image <image>", "of our own gateway; default: built and imported")
    .option("--function-limit <number>", "of our own gateway: functions at once; default: no limit (OpenFaaS CE: 15)")
    .option(
      "--services <place>",
      "image server, mail sink, embedded guard: host, pod; auto: host where nodes reach it",
      "auto",
    )
    .option("--services-image <image>", "of their pod; default: built and imported")
    .option("--client-address <address>", "of this machine, as pods reach it; default: found")
    .option(
      "--controller-host <name>",
      "of the artifact's controller, as compiled into its runsc; nodes learn its address",
    )
    .action(up);
  command("down", "remove what `up` and measurements have made, restore the nodes; also after a crash")
    .option("--run <id>", "of this run only")
    .option("--agent-image <image>", "as for `up`")
    .action(down);
  command("status", "what is there, by run").action(status);
  registerClusterGateway(command("gateway", "run our gateway here, with the cluster as its provider, until Ctrl-C"));
  command("dump", "all objects and node files as text, to compare before and after").action(dump);
}

async function connect({ kubeconfig }: Common) {
  const [{ connectCluster }, { loadConfig }] = await Promise.all([
    import("../cluster/api/connect.ts"),
    import("../config/config.ts"),
  ]);
  return connectCluster(kubeconfig ?? loadConfig().cluster.kubeconfig);
}

async function doctor(options: Common): Promise<void> {
  const [{ examineCluster }, { renderChecks }, { exitCodes }] = await Promise.all([
    import("../cluster/doctor/examine.ts"),
    import("../cluster/doctor/render-checks.ts"),
    import("./exit-code.ts"),
  ]);
  const checks = await examineCluster(await connect(options));
  console.log(options.json ? JSON.stringify({ checks }, null, 2) : renderChecks(checks));
  if (checks.some(({ state }) => state === "missing")) process.exitCode = exitCodes.environment;
}

async function up(options: UpCommandOptions): Promise<void> {
  const [{ clusterUp }, { upOptions }, { onInterrupt }] = await Promise.all([
    import("../cluster/up/up.ts"),
    import("../cluster/up/up-options.ts"),
    import("./on-interrupt.ts"),
  ]);
  using interrupt = onInterrupt();
  const report = (line: string): void => console.error(line);
  const facts = await clusterUp(await connect(options), await upOptions(options), { report, signal: interrupt.signal });
  console.log(
    options.json
      ? JSON.stringify(facts, null, 2)
      : `run ${facts.runId} is up\nMeasure  KALIUM_PLATFORM=kubernetes npm run bench\nRemove   npm run cluster -- down`,
  );
}

async function down(options: DownCommandOptions): Promise<void> {
  const { clusterDown } = await import("../cluster/down/down.ts");
  const lines: string[] = [];
  const report = (line: string): void => {
    lines.push(line);
    if (!options.json) console.log(line);
  };
  await clusterDown(await connect(options), { runId: options.run, agentImage: options.agentImage, report });
  if (options.json) console.log(JSON.stringify({ done: lines }, null, 2));
  else if (lines.length === 0) console.log("nothing to remove");
}

async function status(options: Common): Promise<void> {
  const { clusterStatus, renderStatus } = await import("../cluster/down/status.ts");
  const runs = await clusterStatus(await connect(options));
  console.log(options.json ? JSON.stringify({ runs }, null, 2) : renderStatus(runs));
}

async function dump(options: Common): Promise<void> {
  const { dumpCluster } = await import("../cluster/dump.ts");
  process.stdout.write(await dumpCluster(await connect(options)));
}
