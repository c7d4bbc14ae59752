import { beforeAll } from "vitest";
import type { GatewayClient } from "../../gateway/client.ts";
import type { Lab } from "../run/lab.ts";
import type { Ground, Hook, PutUp, Ready } from "./hook.ts";
import { createOutlast, type Outlast } from "./outlast.ts";

/** What every suite has, whatever it measures. */
export interface SuiteBed {
  /** Creates before the tests of the surrounding `describe`, and removes after them. */
  readonly beforeAll: <Value>(hook: Hook<Value>) => Ready<Value>;
  /** What a measurement has to be handed to, so that the hooks' teardowns wait for its end. */
  readonly outlast: Outlast;
  readonly client: () => GatewayClient;
}

export interface SuiteOptions extends Pick<Ground, "keptMails" | "say"> {
  /** Of the run. @throws {KaliumError} why there is none */
  readonly lab: () => Lab;
  readonly connect: (lab: Lab) => GatewayClient;
  readonly systems: (lab: Lab) => Ground["systems"];
}

/** Call it in a suite's `describe`. */
export function suiteBed({ lab, connect, systems, ...rest }: SuiteOptions): SuiteBed {
  const outlast = createOutlast();
  let connected: GatewayClient | undefined;
  const client = (): GatewayClient => (connected ??= connect(lab()));
  beforeAll(() => outlast.after(() => Promise.resolve(connected?.close()))); // the first hook's teardown is the last
  return {
    beforeAll: <Value>(hook: Hook<Value>): Ready<Value> => {
      let up: PutUp<Value> | undefined;
      beforeAll(async () => {
        const started = await hook({ ...rest, lab: lab(), client: client(), systems: systems(lab()) });
        up = started;
        return outlast.after(() => Promise.resolve(started[Symbol.asyncDispose]()));
      });
      return () => {
        if (up === undefined) throw new TypeError("what a hook creates exists when tests run, not before");
        return up.value;
      };
    },
    outlast,
    client,
  };
}
