import type { GatewayClient } from "../../gateway/client.ts";
import type { Lab } from "../run/lab.ts";

/** What hooks find: the run, and what their suite wants of them. */
export interface Ground {
  readonly lab: Lab;
  readonly client: GatewayClient;
  /** Names of the systems that get a database each. */
  readonly systems: readonly string[];
  /** How many of the last mails the mail sink keeps; absent: its own preset. */
  readonly keptMails?: number;
  /** Hears what is being started: some of it takes half a minute. */
  readonly say: (line: string) => void;
}

/** Disposing removes what the hook has created. */
export interface PutUp<Value> extends AsyncDisposable {
  readonly value: Value;
}

/** @throws {KaliumError} nothing stays up then */
export type Hook<Value> = (ground: Ground) => Promise<PutUp<Value>>;

/** What a hook has created, once it has run. */
export type Ready<Value> = () => Value;

/** One for each. */
export type AllReady<Values> = { readonly [Name in keyof Values]: Ready<Values[Name]> };

/** @throws {TypeError} when called before the hooks have run: outside tests */
export const valuesOf = <Values extends object>(ready: AllReady<Values>): Values =>
  Object.fromEntries(
    Object.entries<Ready<unknown> | undefined>(ready).map(([name, value]) => [name, value?.()]),
  ) as Values;
