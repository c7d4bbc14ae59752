import { createInterface } from "node:readline/promises";
import { KaliumError } from "../base/errors.ts";

/** What `cluster up` is about to change, before anything is changed. */
export interface UpChanges {
  /** Address of the API server. */
  readonly server: string;
  readonly nodes: readonly string[];
  /** As in `RunscBuild`. */
  readonly builds: readonly { readonly runtimeClass: string; readonly version: string; readonly handler: string }[];
  /** An earlier `up` that this one continues. */
  readonly earlierRun?: string | undefined;
  /** `--single-runsc`: the path that is replaced on every node. */
  readonly replaced?: string | undefined;
  /** Image of the server that is started, or runs already; `local`: this machine's. Absent: the user's server is used. */
  readonly mysqlImage?: string | undefined;
}

/** The changes for people: the cluster's objects, then what happens on each node. */
export function changesText({ server, nodes, builds, earlierRun, replaced, mysqlImage }: UpChanges): string {
  const classes = builds.map(({ runtimeClass, version }) => `${runtimeClass} (${version})`).join(", ");
  const runsc =
    replaced === undefined
      ? "copies runsc to /var/lib/kalium-bench, and adds a runtime per build to containerd's configuration"
      : `replaces ${replaced}`;
  const mysql =
    mysqlImage === undefined
      ? "uses the MySQL server that you named"
      : `starts a MySQL server (${mysqlImage === "local" ? "this machine's" : mysqlImage})`;
  return [
    `cluster up on ${server}${earlierRun === undefined ? "" : `, continuing run ${earlierRun}`}`,
    ...(earlierRun === undefined ? [] : ["What is in place stays; it does only what is missing or differs."]),
    "In the cluster it",
    "  - creates the namespace kalium-bench, and openfaas and openfaas-fn where they are missing",
    `  - creates the ${builds.length === 1 ? "RuntimeClass" : "RuntimeClasses"} ${classes}`,
    `  - ${mysql}, and a gateway where there is none`,
    `On ${nodes.length === 1 ? "the node" : `each of ${nodes.length} nodes`} (${nodes.join(", ")}) it`,
    "  - runs a privileged agent until this command ends",
    `  - ${runsc}`,
    "  - restarts containerd if its configuration changed; running pods keep running",
    "`npm run cluster -- down` undoes all of it.",
  ].join("\n");
}

interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream;
}

/**
 * Asks on the terminal whether to go ahead.
 * @throws {KaliumError} E_CONFIG where there is no terminal to ask
 */
export async function confirmed(
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
  signal?: AbortSignal,
): Promise<boolean> {
  if (input.isTTY !== true) {
    throw new KaliumError("E_CONFIG", "cluster up needs your consent, and there is no terminal to ask", {
      hint: "Add --yes to go ahead, or --dry-run to see the changes only.",
    });
  }
  const lines = createInterface({ input, output });
  try {
    const answer = await lines.question("Go ahead? [y/N] ", signal === undefined ? {} : { signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
