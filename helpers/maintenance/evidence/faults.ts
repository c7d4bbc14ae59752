/** The faults that `npm run test:chaos` puts into measuring runs: data. A new fault is a new row. */
import type { RunPart } from "./parts.ts";

/** What is done to a run that measures. */
export type Injection =
  | { readonly signal: "SIGKILL" | "SIGSTOP"; readonly to: RunPart }
  /** The folder is on a small disk of its own (MiB), which is filled. */
  | { readonly fill: "results"; readonly sizeMiB: number };

/** What the run has to say about it. */
export interface Expected {
  /** Exit status of the command. */
  readonly exit: number;
  /** On the terminal: the code where an error ends the run, and the part by its name. */
  readonly says: readonly RegExp[];
  /** In the journal, where the run has measured on. */
  readonly voids?: RegExp;
  /** Who removes what is left: the run itself, else `npm run sweep`. */
  readonly removedBy: "run" | "sweep";
}

export interface Fault {
  readonly name: string;
  readonly injection: Injection;
  readonly measured: "product-purchase-getprice" | "product-photos-receive";
  readonly systems: string;
  readonly expected: Expected;
}

const measured = "product-purchase-getprice";
const twoNative = { measured, systems: "native,native-aa" } as const;
const ended = (...says: readonly RegExp[]): Expected => ({ exit: 3, says, removedBy: "run" });

const gatewayLost = ended(/E_SERVICE: the gateway no longer answers/, /npm run resume/);
const databaseLost = ended(/E_MYSQL: the database server no longer answers/, /npm run resume/);
const imagesLost = ended(/E_SERVICE: the image server no longer answers/, /npm run resume/);
const noSpace = /E_RECORD: .*(no space left on device|ENOSPC)/i;

const sent = (
  signal: "SIGKILL" | "SIGSTOP",
  to: RunPart,
  expected: Expected,
  over: Pick<Fault, "measured" | "systems"> = twoNative,
): Fault => ({ name: `${signal} ${to}`, injection: { signal, to }, ...over, expected });

/** The process also ended, and the run says so beside the loss of the part. */
const died = (lost: Expected, process: RegExp): Expected => ({ ...lost, says: [...lost.says, process] });

const gatewayDied = died(gatewayLost, /gateway ended unexpectedly \(SIGKILL\)/);

export const faults: readonly Fault[] = [
  sent("SIGKILL", "sandbox", { exit: 4, says: [/void/], voids: /died before the end of the block/, removedBy: "run" }),
  sent("SIGKILL", "gateway", gatewayDied),
  sent("SIGSTOP", "gateway", gatewayLost),
  sent("SIGKILL", "MySQL", databaseLost),
  sent("SIGKILL", "keeper", died(databaseLost, /MySQL \(local\) ended unexpectedly \(SIGKILL\)/)),
  {
    ...sent("SIGKILL", "gateway", gatewayDied, { measured, systems: "native,kalium-native" }),
    name: "SIGKILL gateway with a guard",
  },
  sent("SIGKILL", "image server", imagesLost, { measured: "product-photos-receive", systems: "native" }),
  sent("SIGKILL", "worker", ended(/E_SERVICE: the measuring worker ended unexpectedly/, /npm run resume/)),
  sent("SIGKILL", "Vitest", {
    ...ended(/E_SERVICE: Vitest's main process was ended by SIGKILL/, /npm run sweep/),
    removedBy: "sweep",
  }),
  {
    name: "full disk, results",
    injection: { fill: "results", sizeMiB: 2 },
    ...twoNative,
    expected: ended(noSpace, /free space/i),
  },
];
