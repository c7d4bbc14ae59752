import type { Command } from "commander";
import type { UpWords } from "../cluster/up/up-options.ts";
import { addCommand } from "./add-command.ts";
import { registerClusterGateway } from "./cluster-gateway.ts";

interface Common {
  readonly kubeconfig?: string;
  readonly json?: true;
}

type UpCommandOptions = Common & UpWords & { readonly yes?: true; readonly dryRun?: true };

interface DownCommandOptions extends Common {
  readonly run?: string;
  readonly agentImage?: string;
}

const repeatable = (value: string, before: readonly string[]): readonly string[] => [...before, value];

/** `kalium-bench cluster`: prepares a Kubernetes cluster for measuring, and puts it back as it was. */
export function registerCluster(program: Command): void {
  const cluster = addCommand(program, "cluster", {
    task: "Use a cluster",
    description: "Prepare a Kubernetes cluster, and restore it",
    example: "npm run cluster -- doctor",
  });
  const command = (name: string, description: string, options = ""): Command =>
    addCommand(cluster, name, { description, example: `npm run cluster -- ${name}${options}` })
      .option("--kubeconfig <file>", "Kubeconfig (default: KALIUM_KUBECONFIG, KUBECONFIG, then ~/.kube/config)")
      .option("--json", "Print JSON and nothing else");

  command("doctor", "Check versions, permissions, nodes and OpenFaaS, and list what is missing").action(doctor);
  command("up", "Install MySQL, a gateway, and runsc on the nodes; may be repeated")
    .option("--nodes <selector>", "Labels of the nodes to use (default: all suitable nodes)")
    .option("--runsc <name=path>", "Build of runsc for the runtime `name`; may be repeated", repeatable, [])
    .option("--runsc-flag <name:flag=value>", "Flag for one of these builds; may be repeated", repeatable, [])
    .option("--single-runsc <path>", "Replace the nodes' /usr/local/bin/runsc as the artifact does; `down` restores it")
    .option("--platform <name>", "gVisor's platform (default: systrap where the build supports it)")
    .option("--shim <path>", "containerd-shim-runsc-v1 for nodes that lack it")
    .option("--agent-image <image>", "Image for the node agent (default: one that the nodes have)")
    .option(
      "--mysql-image <image>",
      "Image of MySQL or MariaDB; `local` imports the server of this machine (default: what runs already, or mysql:8.4)",
    )
    .option("--mysql-url <url>", "Your own database server; pods must be able to reach it")
    .option(
      "--mysql-storage <gib>",
      "Size of the database's volume claim; 0: the pod's own disk (default: 1, or 0 without a default storage class)",
    )
    .option("--storage-class <name>", "Storage class of the volume claim")
    .option(
      "--gateway <kind>",
      "openfaas: the cluster's OpenFaaS; own: the project's gateway; auto: OpenFaaS where it is installed",
      "auto",
    )
    .option("--gateway-image <image>", "Image of the project's gateway (default: built and imported)")
    .option(
      "--function-limit <number>",
      "Maximum number of functions: of the project's gateway, or as you know it of the cluster's OpenFaaS (default: none; of CE by its release)",
    )
    .option(
      "--services <place>",
      "Where image server, mail sink and guard run. host: this machine; pod: the cluster; auto: host where nodes reach it",
      "auto",
    )
    .option("--services-image <image>", "Image of that pod (default: built and imported)")
    .option("--client-address <address>", "Address of this machine as pods reach it (default: detected)")
    .option(
      "--controller-host <name>",
      "Host name of the artifact's controller, as compiled into its runsc; `up` adds it to the nodes' hosts",
    )
    .option("--yes", "Do not ask before changing the cluster and its nodes")
    .option("--dry-run", "Show the changes and make none")
    .action(up);
  command("down", "Remove what `up` and measurements created, and restore the nodes; also after a crash")
    .option("--run <id>", "Remove only what this run created")
    .option("--agent-image <image>", "Image for the node agent, as for `up`")
    .action(down);
  command("status", "List what is installed, by run").action(status);
  registerClusterGateway(
    command("gateway", "Run the project's gateway on this machine, with functions on the cluster"),
  );
  command("dump", "Print all objects and node files as text, to compare before and after").action(dump);
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
    import("../base/exit-code.ts"),
  ]);
  const checks = await examineCluster(await connect(options));
  console.log(options.json ? JSON.stringify({ checks }, null, 2) : renderChecks(checks));
  if (checks.some(({ state }) => state === "missing")) process.exitCode = exitCodes.environment;
}

async function up(options: UpCommandOptions): Promise<void> {
  const [{ clusterUp, plannedChanges }, { upOptions }, { onInterrupt }, { changesText, confirmed }] = await Promise.all(
    [
      import("../cluster/up/up.ts"),
      import("../cluster/up/up-options.ts"),
      import("./on-interrupt.ts"),
      import("./confirm-up.ts"),
    ],
  );
  using interrupt = onInterrupt();
  const { signal } = interrupt;
  const report = (line: string): void => console.error(line);
  const wanted = await upOptions(options);
  const cluster = await connect(options);
  const changes = await plannedChanges(cluster, wanted, signal);
  if (options.dryRun) {
    console.log(options.json ? JSON.stringify(changes, null, 2) : changesText(changes));
    return;
  }
  report(changesText(changes));
  if (!options.yes && !(await confirmed(undefined, signal))) {
    const { exitCodes } = await import("../base/exit-code.ts");
    report("Nothing was changed.");
    process.exitCode = exitCodes.interrupted;
    return;
  }
  const facts = await clusterUp(cluster, wanted, { report, signal });
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
