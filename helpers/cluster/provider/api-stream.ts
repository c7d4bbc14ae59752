import http, { type IncomingMessage } from "node:http";
import https, { type RequestOptions } from "node:https";
import { text } from "node:stream/consumers";
import { ApiException, type KubeConfig } from "@kubernetes/client-node";

/**
 * A GET of the API server whose answer is read as it comes, such as a followed log. (The client library's own reader
 * of logs lets an aborted one end the process.) Ends on `signal`.
 * @throws {ApiException} for a status other than 200
 */
export async function streamFromApi(config: KubeConfig, path: string, signal: AbortSignal): Promise<IncomingMessage> {
  const url = new URL((config.getCurrentCluster()?.server ?? "") + path);
  const options: RequestOptions = { signal, agent: false };
  await config.applyToHTTPSOptions(options);
  const { get } = url.protocol === "http:" ? http : https;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, options, resolve).on("error", reject);
  });
  answer.on("error", () => undefined); // an aborted stream just ends
  if (answer.statusCode === 200) return answer;
  throw new ApiException(answer.statusCode ?? 500, path, await text(answer), {});
}
