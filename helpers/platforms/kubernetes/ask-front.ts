import axios from "axios";
import type { StartedPlatform } from "../platform.ts";

const askMs = 150_000; // a boot log is fetched by an agent that may have to start first

/** Asks the front process what only the cluster knows. @throws whatever the request throws; the answer's text for a failure */
export async function askFront(
  { gateway: { url, user: username, password } }: Pick<StartedPlatform, "gateway">,
  path: string,
): Promise<string> {
  const { status, data } = await axios.get<string>(`${url}/cluster/${path}`, {
    auth: { username, password },
    timeout: askMs,
    proxy: false,
    responseType: "text",
    transformResponse: (text: string) => text,
    validateStatus: null,
  });
  if (status !== 200) throw new Error(data);
  return data;
}
