import { KaliumError } from "../../base/errors.ts";
import type { Cluster } from "../api/connect.ts";
import { apiStatusOf } from "../api/refusal.ts";

/** One request of the API server; `what` completes "cannot ...". */
export type AskApi = <T>(what: string, request: () => Promise<T>) => Promise<T>;

/**
 * What the API server refuses becomes an answer of the REST API: unusable objects 400, absent ones 404, taken names 409.
 * Everything else is 500: its own 401 and 403 are about the gateway's account, not about the client.
 */
export const askFor =
  (cluster: Cluster): AskApi =>
  async (what, request) => {
    try {
      return await cluster.ask(what, request);
    } catch (error) {
      if (!(error instanceof KaliumError)) throw error;
      const code = apiStatusOf(error);
      const status = code === 400 || code === 422 ? 400 : code === 404 || code === 409 ? code : 500;
      throw new KaliumError(error.code, error.message, { cause: error, details: { ...error.details, status } });
    }
  };
