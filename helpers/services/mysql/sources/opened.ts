import type { ServerEndpoint } from "../info.ts";

/** A server that a source found or started. */
export interface OpenedMysql {
  readonly endpoint: ServerEndpoint;
  readonly adminUser: string;
  readonly adminPassword: string;
  /**
   * Host part of the functions' accounts. Absent: the address under which the server sees this machine, because
   * functions then come through a forwarder on it, or are on it.
   */
  readonly accountHost?: string;
  /** Of the server's process, where it is one of this machine's that we started. */
  readonly pid?: number;
  /** Removes all that this run made. */
  stop(): Promise<void>;
}
