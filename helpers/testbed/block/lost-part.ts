/** Which part of the testbed no longer answers: what has failed because of it says nothing about any system. */
import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import { open, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { within } from "../../base/deadline.ts";
import { type ErrorCode, KaliumError, messageOf } from "../../base/errors.ts";
import { guardsOf } from "../../guards/index.ts";
import { countServedImages } from "../../services/image-server/index.ts";
import { readMails } from "../../services/smtp-sink/index.ts";
import type { Services } from "../suite/services.ts";

export interface Part {
  /** As in "... no longer answers". */
  readonly name: string;
  readonly code: Extract<ErrorCode, "E_SERVICE" | "E_MYSQL">;
  /** What it no longer does; default: "no longer answers". */
  readonly lost?: string;
  /** Rejects when it does not answer. */
  readonly ask: (signal: AbortSignal) => Promise<unknown>;
}

/** Far longer than the busiest machine needs for one answer. */
const patienceMs = 60_000;

/** @returns the error that ends the run, for the first part that does not answer; `undefined` when all do */
export async function findLost(parts: readonly Part[], timeoutMs = patienceMs): Promise<KaliumError | undefined> {
  const found = await Promise.all(
    parts.map(async ({ name, code, ask, lost = "no longer answers" }) => {
      try {
        await within({ what: `${name} to answer`, timeoutMs }, ask);
        return undefined;
      } catch (error) {
        return new KaliumError(code, `${name} ${lost}: ${messageOf(error).split("\n")[0] ?? ""}`, {
          hint: "Check memory and disk space (`dmesg`, `df`), then continue: `npm run resume`.",
          ...(error instanceof KaliumError && { cause: error }), // another's message is all that it tells
          details: { endsRun: true },
        });
      }
    }),
  );
  return found.find((error) => error !== undefined);
}

/** All that the functions of a block depend on. */
export function partsOf({ client, lab, databases, images, mail, systems }: PartsOf): readonly Part[] {
  return [
    { name: "the measuring worker", code: "E_SERVICE", lost: "cannot open a file", ask: openAndClose },
    { name: "the folder of the run", code: "E_SERVICE", lost: "cannot be written", ask: writeInto(lab.runDirectory) },
    { name: "the gateway", code: "E_SERVICE", ask: () => client.alive() },
    ...(lab.names && lab.cluster === undefined
      ? [{ name: "the name server", code: "E_SERVICE", ask: nameOf(lab.names.gateway, lab.network) } as const]
      : []),
    ...(databases
      ? [{ name: "the database server", code: "E_MYSQL", ask: greeting(lab.mysql.endpoint) } as const]
      : []),
    ...(images ? [{ name: "the image server", code: "E_SERVICE", ask: () => countServedImages(images) } as const] : []),
    ...(mail ? [{ name: "the mail sink", code: "E_SERVICE", ask: () => readMails(mail) } as const] : []),
    ...guardsOf(systems).flatMap(({ title, alive }) =>
      alive === undefined ? [] : [{ name: title, code: "E_SERVICE", ask: () => alive(lab) } as const],
    ),
  ];
}

const openAndClose = async (): Promise<void> => {
  const file = await open("/dev/null");
  await file.close();
};

/** A block of a disk: the smallest that a full one refuses. */
const writeInto = (folder: string) => async (): Promise<void> => {
  const path = join(folder, `.alive-${process.pid}`);
  try {
    await writeFile(path, Buffer.alloc(4_096));
  } finally {
    await rm(path, { force: true });
  }
};

/** Of this machine; a cluster has its own. */
const nameOf =
  (name: string, { hostAddress }: Services["lab"]["network"]) =>
  async (signal: AbortSignal): Promise<void> => {
    const resolver = new Resolver({ timeout: nameTimeoutMs, tries: 5 });
    signal.addEventListener("abort", () => resolver.cancel());
    resolver.setServers([hostAddress]);
    await resolver.resolve4(`${name}.svc.cluster.local`);
  };
const nameTimeoutMs = 5_000;

type PartsOf = Pick<Services, "client" | "lab" | "systems"> & Partial<Pick<Services, "databases" | "images" | "mail">>;

/** A server of MySQL speaks first; one that has been stopped does not, although the kernel still takes connections for it. */
const greeting =
  ({ host, port }: { readonly host: string; readonly port: number }) =>
  async (signal: AbortSignal): Promise<void> => {
    const socket = connect({ host, port });
    try {
      await Promise.race([
        once(socket, "data", { signal }),
        once(socket, "end", { signal }).then(() => Promise.reject(new Error("it closes connections"))),
      ]);
    } finally {
      socket.destroy();
    }
  };
