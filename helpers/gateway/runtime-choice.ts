import type { OpenedRuntime, Runtime, RuntimeSettings } from "../contracts/runtime.ts";
import type { RuntimeName } from "../contracts/system.ts";
import { messageOf } from "../base/errors.ts";
import { suggest } from "../config/suggest.ts";
import { refusal } from "./refusal.ts";

export type AvailableRuntime = Extract<OpenedRuntime, { readonly available: true }>;

/** Gives the runtime of that name, or the default for `undefined`. @throws {KaliumError} a 400 with the reason */
export type RuntimeChoice = (name: string | undefined) => Promise<AvailableRuntime>;

export interface RuntimeChoiceOptions {
  readonly runtimes: readonly Runtime[];
  readonly settings: RuntimeSettings;
  readonly defaultRuntime: RuntimeName;
  readonly signal: AbortSignal;
}

/** Opens each runtime when it is first asked for, once. */
export function createRuntimeChoice({
  runtimes,
  settings,
  defaultRuntime,
  signal,
}: RuntimeChoiceOptions): RuntimeChoice {
  const opened = new Map<string, Promise<OpenedRuntime>>();
  return async (name = defaultRuntime) => {
    const runtime = runtimes.find((candidate) => candidate.name === name);
    if (runtime === undefined) {
      const known = runtimes.map((candidate) => candidate.name).join(", ");
      const near = suggest(
        name,
        runtimes.map((candidate) => candidate.name),
      );
      const meant = near === undefined ? "" : `; did you mean ${near}?`;
      throw refusal(
        400,
        `unknown runtime ${JSON.stringify(name)}; known runtimes: ${known}${meant}\n` +
          "  -> Correct the annotation com.openfaas.profile, or declare the runtime: KALIUM_RUNTIMES where the gateway is started.",
      );
    }
    let opening = opened.get(name);
    if (opening === undefined) {
      opening = runtime.open(settings, signal);
      opened.set(name, opening);
      opening.catch(() => opened.delete(name)); // a failure, unlike an absent runtime, may be tried again
    }
    const answer = await opening.catch((error: unknown) => {
      throw refusal(400, `runtime ${name} cannot be opened: ${messageOf(error)}`);
    });
    if (!answer.available)
      throw refusal(400, `runtime ${name} is not available: ${answer.reason}\n  -> ${answer.hint}`);
    return answer;
  };
}
