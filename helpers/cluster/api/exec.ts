import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { Exec, type V1Status } from "@kubernetes/client-node";
import { within } from "../../base/deadline.ts";
import { explainRefusal } from "./refusal.ts";
import type { Cluster } from "./connect.ts";

export interface PodCommand {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
  /** Written to its standard input, which then ends. */
  readonly input?: Readable | Buffer | string;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface PodResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a command in a container to its end. The end of the input reaches servers since Kubernetes 1.30 only, so the
 * command must know how many bytes to read.
 * @throws {KaliumError} E_CLUSTER, E_TIMEOUT
 */
export async function execInPod(
  cluster: Cluster,
  { namespace, pod, container, command, input, timeoutMs, signal }: PodCommand,
): Promise<PodResult> {
  const exec = new Exec(cluster.config);
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const ended = Promise.withResolvers<V1Status>();
  const what = `${command.slice(0, 2).join(" ")} in pod ${namespace}/${pod}`;
  const work = async (): Promise<PodResult> => {
    const stdin = input === undefined ? null : input instanceof Readable ? input : Readable.from([Buffer.from(input)]);
    const socket = (await exec.exec(
      namespace,
      pod,
      container,
      [...command],
      stdout,
      stderr,
      stdin,
      false,
      ended.resolve,
    )) as Socket;
    socket.onclose = () => {
      ended.reject(new Error("the connection ended before the command did"));
    };
    try {
      const [out, err, status] = await Promise.all([text(stdout), text(stderr), ended.promise]);
      return resultOf(status, out, err);
    } finally {
      socket.close();
    }
  };
  try {
    return await within({ what, timeoutMs, signal }, work);
  } catch (error) {
    signal?.throwIfAborted();
    throw explainRefusal(`run ${what}`, error, cluster.server);
  } finally {
    stdout.destroy();
    stderr.destroy();
  }
}

/** The part of a web socket that is used here; its own types are not installed. */
interface Socket {
  onclose: () => void;
  close(): void;
}

/** Code 0 for success; the command's own; 126, with the reason among its errors, where it could not be started. */
function resultOf({ status, details, message = "" }: V1Status, stdout: string, stderr: string): PodResult {
  if (status === "Success") return { code: 0, stdout, stderr };
  const code = details?.causes?.find(({ reason }) => reason === "ExitCode")?.message;
  if (code !== undefined) return { code: Number(code), stdout, stderr };
  return { code: 126, stdout, stderr: `${stderr}${message}` };
}
