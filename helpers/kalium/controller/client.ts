import { randomBytes } from "node:crypto";
import { KaliumError } from "../../base/errors.ts";
import type { ControllerAnswer, ControllerFailure } from "../core/guard.ts";
import { type ControllerReply, type ReplyKind, toController } from "../wire/messages.ts";
import { createLane, type Lane } from "./lane.ts";
import { openSession, type GuardSession, type SessionOptions } from "./session.ts";

/** A line to a controller. `lane`: for questions that must not overlap with those of other clients; absent: of this one only. */
export interface ControllerClientOptions extends SessionOptions {
  readonly functionName: string;
  readonly lane?: Lane;
}

/** One guard's line to a controller: ours, or the artifact's `ctr`. Calls are answered in the order they are made. */
export interface ControllerClient {
  /** JSON text of the function's policy; `undefined`: it has none. @throws {KaliumError} E_TIMEOUT, E_SERVICE */
  fetchPolicy(): Promise<string | undefined>;
  /**
   * Never rejects, and never asks twice. `deadlineMs`: on the clock of `performance.now()`; by default `timeoutMs` from
   * now.
   */
  check(event: string, deadlineMs?: number): Promise<ControllerAnswer>;
  /** The same without a wait. Absent: the controller is in another process. */
  readonly checkNow?: (event: string) => ControllerAnswer;
  /** Whether the first event of this session would be decided as that of any other. Absent: never, or nobody knows. */
  readonly isNew?: (sessionId: string) => boolean;
  /** Tells of an event; whether it arrived is not known. */
  tell(event: string): Promise<void>;
  /** Later questions get no answer. */
  close(): void;
}

const policyAttempts = 3;

export function connectController(options: ControllerClientOptions): ControllerClient {
  const { address, functionName, timeoutMs } = options;
  const inOrder = options.lane ?? createLane();
  let session: GuardSession | undefined;
  let closed = false;

  /** What comes after a time-out or nonsense cannot be distinguished from the next answer, so it is not read. */
  const leave = (): void => {
    session?.close({ lingerMs: 0 });
    session = undefined;
  };
  const inTime = (): number => performance.now() + timeoutMs;
  const current = (): GuardSession => {
    if (session?.usable === false) leave();
    return (session ??= openSession(options, freshIdentity(functionName)));
  };

  const ask = async (frame: Buffer, expected: ReplyKind, deadlineMs = inTime()): Promise<ControllerReply | Failure> => {
    const leftMs = deadlineMs - performance.now();
    if (closed || leftMs <= 0) {
      const problem = closed ? "the guard was removed" : "no time left";
      return { kind: "failure", failure: "controller-timeout", problem };
    }
    const answer = await current().ask(frame, expected, leftMs);
    if (answer.ok) return answer.reply;
    leave();
    return { kind: "failure", ...answer };
  };

  const fetchPolicy = async (): Promise<string | undefined> => {
    let failure: Failure | undefined;
    for (let attempt = 0; attempt < policyAttempts; attempt++) {
      const keys = await ask(toController.init(functionName), "keys");
      const reply = keys.kind === "failure" ? keys : await ask(toController.policyRequest(functionName), "policy");
      if (reply.kind === "policy") return reply.json;
      if (reply.kind === "failure") failure = reply;
      if (failure?.failure === "controller-timeout") break; // it had its time; nonsense may be another guard's answer
    }
    throw new KaliumError(
      failure?.failure === "controller-timeout" ? "E_TIMEOUT" : "E_SERVICE",
      `the controller at ${address} returned no policy for ${functionName}: ${failure?.problem ?? "no answer"}`,
    );
  };

  return {
    fetchPolicy: () => inOrder(fetchPolicy),
    check: (event, deadlineMs = inTime()) =>
      inOrder(async () => {
        const reply = await ask(toController.check(event), "verdict", deadlineMs);
        if (reply.kind === "failure") return { failure: reply.failure };
        if (reply.kind !== "verdict") return { failure: "protocol-error" };
        if (reply.verdict === "allow") return { verdict: "allow", reason: "ok" };
        return { verdict: "deny", reason: reply.reason ?? "denied" };
      }),
    tell: (event) =>
      inOrder(async () => {
        if (!closed) await current().send(toController.event(event));
      }),
    close: () => {
      closed = true;
      session?.close({ lingerMs: 500 }); // time for events that were sent
      session = undefined;
    },
  };
}

interface Failure extends ControllerFailure {
  readonly kind: "failure";
  readonly problem: string;
}

/** As the artifact's guards do, by function and time; a ROUTER turns away the second of two equal ones. */
const freshIdentity = (functionName: string): string =>
  `${functionName.slice(0, 200)}${Date.now()}000${randomBytes(6).toString("hex")}`;
