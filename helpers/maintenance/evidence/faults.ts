/** The faults that `npm run test:chaos` puts into measuring runs: data. A new fault is a new row. */
import type { Injection, Link, LinkTrouble } from "./faults/injection.ts";
import type { RunPart } from "./parts.ts";

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
  /** Finished calls may be gone: somebody has removed them. */
  readonly losesCalls?: true;
}

export interface Fault {
  readonly name: string;
  readonly injection: Injection;
  readonly measured: "product-purchase-getprice" | "product-photos-receive" | "product-photos-message";
  readonly systems: string;
  /** Settings of the run that differ from those of all. */
  readonly env?: Readonly<Record<string, string>>;
  readonly expected: Expected;
}

type Place = Pick<Fault, "measured" | "systems"> & Partial<Pick<Fault, "env">>;

const measured = "product-purchase-getprice";
const twoNative: Place = { measured, systems: "native,native-aa" };
/** gVisor's only instance is the measured one: the floors are those of the baseline. */
const besideGvisor: Place = { measured, systems: "native,gvisor", env: { KALIUM_BASELINE: "native" } };
const photos: Place = { measured: "product-photos-receive", systems: "native" };
const mails: Place = { measured: "product-photos-message", systems: "native" };
/** A lasting fault would keep the instances of a second block from being ready, for as long as a start may take. */
const oneBlock = { env: { KALIUM_BLOCKS: "1" } };

const ended = (...says: readonly RegExp[]): Expected => ({ exit: 3, says, removedBy: "run" });
/** The run continues, and no call is lost. */
const recovers: Expected = { exit: 0, says: [/1 passed, 0 failed/], removedBy: "run" };
const isVoid = (voids: RegExp, ...says: readonly RegExp[]): Expected => ({
  ...{ exit: 4, says: [/void/, ...says], voids, removedBy: "run" },
});

const gatewayLost = ended(/E_SERVICE: the gateway no longer answers/, /npm run resume/);
const databaseLost = ended(/E_MYSQL: the database server no longer answers/, /npm run resume/);
const imagesLost = ended(/E_SERVICE: the image server no longer answers/, /npm run resume/);
const mailsLost = ended(/E_SERVICE: the mail sink no longer answers/, /npm run resume/);
const namesLost = ended(/E_SERVICE: the name server no longer answers/, /npm run resume/);
const workerLost = ended(/E_SERVICE: the measuring worker ended unexpectedly/, /npm run resume/);
const mainLost: Expected = {
  ...ended(/E_SERVICE: Vitest's main process was ended by SIGKILL/, /npm run sweep/),
  removedBy: "sweep",
};
const noSpace = /E_RECORD: .*(no space left on device|ENOSPC)/i;
const died = /died before the end of the block/;
const interrupted: Expected = { exit: 130, says: [/stopping and drawing/, /npm run resume/], removedBy: "run" };
const failed = /calls failed, first: /;

const sent = (signal: "SIGKILL" | "SIGSTOP", to: RunPart, expected: Expected, place: Place = twoNative): Fault => ({
  name: `${signal} ${to}`,
  injection: { kind: "signal", signal, to },
  ...place,
  expected,
});

const pauseMs = 3_000;
const paused = (to: RunPart, place: Place = twoNative): Fault => ({
  name: `${to} stopped for ${pauseMs / 1_000} s`,
  injection: { kind: "signal", signal: "SIGSTOP", to, healsAfterMs: pauseMs },
  ...place,
  expected: recovers,
});

const asked = (signal: "SIGINT" | "SIGTERM" | "SIGHUP"): Fault => ({
  name: `${signal} to the command`,
  injection: { kind: "ask-to-stop", signal },
  ...twoNative,
  expected: interrupted,
});

const network = (
  what: string,
  link: Link,
  trouble: LinkTrouble,
  expected: Expected,
  place: Place = twoNative,
): Fault => ({
  name: `${what}, ${link}`,
  injection: { kind: "network", link, trouble },
  ...place,
  expected,
});

const healing = ({ injection, ...fault }: Fault): Fault => {
  if (injection.kind !== "network") throw new TypeError(`${fault.name} heals by itself, or not at all`);
  const healed = { ...injection, healsAfterMs: pauseMs };
  return { ...fault, name: `${fault.name}, for ${pauseMs / 1_000} s`, injection: healed, expected: recovers };
};

/** The process also ended, and the run says so beside the loss of the part. */
const andSays = (lost: Expected, process: RegExp): Expected => ({ ...lost, says: [...lost.says, process] });
const gatewayDied = andSays(gatewayLost, /gateway ended unexpectedly \(SIGKILL\)/);

const processes: readonly Fault[] = [
  sent("SIGKILL", "sandbox", isVoid(died)),
  sent("SIGSTOP", "sandbox", isVoid(failed), { ...twoNative, ...oneBlock }),
  sent("SIGKILL", "sentry", isVoid(died), besideGvisor),
  sent("SIGKILL", "gofer", isVoid(died), besideGvisor),
  paused("sandbox"),
  paused("sentry", besideGvisor),
  sent("SIGKILL", "gateway", gatewayDied),
  sent("SIGSTOP", "gateway", gatewayLost),
  paused("gateway"),
  {
    ...sent("SIGKILL", "gateway", gatewayDied, { measured, systems: "native,kalium-native" }),
    name: "SIGKILL gateway with a guard",
  },
  sent("SIGKILL", "MySQL", databaseLost),
  sent("SIGSTOP", "MySQL", databaseLost),
  paused("MySQL"),
  sent("SIGKILL", "keeper", andSays(databaseLost, /MySQL \(local\) ended unexpectedly \(SIGKILL\)/)),
  sent("SIGSTOP", "keeper", recovers),
  sent("SIGKILL", "image server", imagesLost, photos),
  sent("SIGSTOP", "image server", imagesLost, photos),
  sent("SIGKILL", "mail sink", mailsLost, mails),
  sent("SIGKILL", "name server", namesLost),
  { ...sent("SIGSTOP", "name server", namesLost), name: "DNS hangs" },
  { ...paused("name server"), name: `DNS hangs for ${pauseMs / 1_000} s` },
  sent("SIGKILL", "echo server", andSays(recovers, /echo server ended unexpectedly \(SIGKILL\)/)),
  sent("SIGKILL", "worker", workerLost),
  sent("SIGSTOP", "worker", workerLost),
  paused("worker"),
  sent("SIGKILL", "Vitest", mainLost),
  sent("SIGSTOP", "Vitest", mainLost),
  asked("SIGINT"),
  asked("SIGTERM"),
  asked("SIGHUP"),
  sent("SIGKILL", "command", { ...interrupted, exit: 137 }),
  {
    name: "whole run frozen for 8 s",
    injection: { kind: "freeze", healsAfterMs: 8_000 },
    ...twoNative,
    expected: { ...recovers, voids: /the run stood still for \d+ s/ },
  },
];

const lossy = { lossPercent: 5 };
const links: readonly Fault[] = [
  network("reset", "function to MySQL", "reset", isVoid(failed), { ...twoNative, ...oneBlock }),
  network("half open", "function to MySQL", "drop", isVoid(failed), { ...twoNative, ...oneBlock }),
  healing(network("half open", "function to MySQL", "drop", recovers)),
  healing(network("5 % loss", "function to MySQL", lossy, recovers)),
  {
    name: "latency 20 ms and jitter 20 ms, function to MySQL",
    injection: { kind: "slow-network", delayMs: 20, jitterMs: 20 },
    ...twoNative,
    expected: recovers,
  },
  network("reset", "function to image server", "reset", isVoid(failed), { ...photos, ...oneBlock }),
  network("half open", "function to image server", "drop", isVoid(failed), { ...photos, ...oneBlock }),
  network("reset", "gateway to function", "reset", isVoid(failed), { ...twoNative, ...oneBlock }),
  network("half open", "gateway to function", "drop", isVoid(failed), { ...twoNative, ...oneBlock }),
  healing(network("5 % loss", "gateway to function", lossy, recovers)),
  {
    ...healing(network("256 kbit/s", "gateway to function", { kbitPerSecond: 256 }, recovers, photos)),
    name: `256 kbit/s to the function, for ${pauseMs / 1_000} s`,
  },
];

const resources: readonly Fault[] = [
  {
    name: "full disk, results",
    injection: { kind: "full-disk", of: "results", sizeMiB: 2 },
    ...twoNative,
    expected: ended(noSpace, /free space/i),
  },
  {
    name: "full disk, temporary files and database",
    injection: { kind: "full-disk", of: "temporary files", sizeMiB: 1_024 },
    ...twoNative,
    expected: ended(/E_SERVICE: the folder of the run cannot be written: ENOSPC/, /npm run resume/),
  },
  {
    name: "memory of the function used up",
    injection: { kind: "limit", of: "memory of the function" },
    ...twoNative,
    expected: isVoid(died),
  },
  {
    name: "descriptors of the gateway used up",
    injection: { kind: "limit", of: "descriptors of the gateway" },
    ...twoNative,
    expected: gatewayLost,
  },
  {
    name: "descriptors of the worker used up",
    injection: { kind: "limit", of: "descriptors of the worker" },
    ...twoNative,
    expected: ended(/EMFILE: too many open files/), // of the next call's connection, or of the record that is read back
  },
  {
    name: "processes of the gateway used up",
    injection: { kind: "limit", of: "processes of the gateway" },
    ...twoNative,
    expected: ended(/E_SERVICE: function .* cannot start: the gateway lacks processes/, /npm run resume/),
  },
  ...[3_600, -3_600].map((stepSeconds): Fault => ({
    name: `wall clock ${stepSeconds > 0 ? "ahead" : "back"} by an hour`,
    injection: { kind: "clock", stepSeconds },
    ...twoNative,
    expected: { ...recovers, voids: /the wall clock stepped by/ },
  })),
  {
    name: "results folder removed",
    injection: { kind: "results", fate: "removed" },
    ...twoNative,
    expected: { ...ended(/E_RECORD: .*removed/), losesCalls: true },
  },
  {
    name: "results folder read-only",
    injection: { kind: "results", fate: "read-only" },
    ...twoNative,
    expected: ended(/E_RECORD: .*read-only file system/i),
  },
  {
    name: "journal cut by somebody",
    injection: { kind: "results", fate: "journal cut" },
    ...twoNative,
    expected: { ...ended(/E_RECORD: .*(changed|corrupt)/), losesCalls: true },
  },
];

export const faults: readonly Fault[] = [...processes, ...links, ...resources];
