import { KaliumError } from "../../base/errors.ts";
import type { Semantics } from "../core/flow-graph.ts";
import type { ControllerAnswer } from "../core/guard.ts";
import { parsePolicy } from "../core/policy.ts";
import { type ControllerReply, type ReplyKind, readReply, toController } from "../wire/messages.ts";
import { createAnswering } from "./answer.ts";
import type { ControllerClient } from "./client.ts";
import type { PolicyFile } from "./index.ts";

/** A controller in the process of its guards. It decides the same event strings as one behind ZeroMQ, without frames. */
export interface InsideController {
  connect(functionName: string): ControllerClient;
  /** Forgets all requests under way. */
  reset(): void;
}

/** @throws {KaliumError} E_POLICY */
export function createInsideController({
  policy: { path, text },
  semantics,
}: {
  readonly policy: PolicyFile;
  readonly semantics: Semantics;
}): InsideController {
  const answering = createAnswering({ policy: parsePolicy(text, path), semantics, givesReasons: true });

  const ask = (frame: Buffer, expected: ReplyKind): ControllerReply | undefined => {
    const [answer] = answering.answer(frame, performance.now());
    const read = answer && readReply(answer, expected, "strict");
    return read?.ok === true ? read.reply : undefined;
  };

  return {
    connect: (functionName) => {
      let closed = false;
      const checkNow = (event: string): ControllerAnswer => {
        if (closed) return { failure: "protocol-error" };
        const { verdict, reason } = answering.check(event, performance.now());
        return { verdict, reason: verdict === "allow" ? "ok" : reason };
      };
      return {
        checkNow,
        isNew: (sessionId) => !closed && answering.isNew(sessionId),
        check: (event) => Promise.resolve(checkNow(event)),
        fetchPolicy: () => {
          const reply = ask(toController.policyRequest(functionName), "policy");
          if (reply?.kind === "policy") return Promise.resolve(reply.json);
          return Promise.reject(new KaliumError("E_SERVICE", `${path} returned no policy for ${functionName}`));
        },
        tell: (event) => {
          if (!closed) answering.answer(toController.event(event), performance.now());
          return Promise.resolve();
        },
        close: () => {
          closed = true;
        },
      };
    },
    reset: () => answering.reset(),
  };
}
