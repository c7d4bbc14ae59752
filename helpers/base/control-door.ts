/** The harness's door to a service of the guard: HTTP on loopback, with a token of the run. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import fastify, { type FastifyInstance } from "fastify";
import { type ErrorCode, KaliumError, messageOf } from "./errors.ts";

/** Where the door is and what opens it. Whoever has it decides what guards allow: never record it, never print it. */
export interface ControlDoor {
  readonly url: string;
  readonly token: string;
}

export interface OpenDoor {
  readonly door: ControlDoor;
  close(): Promise<void>;
}

const callTimeoutMs = 60_000;
const readTimeoutMs = 120_000;

/** `KaliumError`s of the routes become 400 with code and message. `maxBodyBytes`: of a request. */
export async function openControlDoor(
  addRoutes: (app: FastifyInstance) => void,
  { maxBodyBytes = 2 ** 20 } = {},
): Promise<OpenDoor> {
  const token = randomBytes(32).toString("base64url");
  const wanted = digest(`Bearer ${token}`);
  const app = fastify({ forceCloseConnections: true, bodyLimit: maxBodyBytes });
  app.addHook("onRequest", async (request, reply) => {
    if (!timingSafeEqual(digest(request.headers.authorization ?? ""), wanted)) await reply.code(401).send();
  });
  app.setErrorHandler((error, _, reply) =>
    error instanceof KaliumError
      ? reply.code(400).send({ code: error.code, error: error.message })
      : reply.code(500).send({ error: messageOf(error) }),
  );
  addRoutes(app);
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return { door: { url: `http://127.0.0.1:${port}`, token }, close: () => app.close() };
}

type Method = "GET" | "PUT" | "POST" | "DELETE";

/** @throws {KaliumError} as the service did, E_SERVICE when it does not answer */
export async function callDoor<T>(door: ControlDoor, method: Method, path: string, body?: unknown): Promise<T> {
  const text = await (await knock(door, method, path, body)).text();
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** An answer as it comes. @throws {KaliumError} as `callDoor` */
export async function readDoor(door: ControlDoor, path: string): Promise<Readable> {
  const { body } = await knock(door, "GET", path, undefined, readTimeoutMs);
  return body === null ? Readable.from([]) : Readable.fromWeb(body as ReadableStream<Uint8Array>);
}

async function knock(
  { url, token }: ControlDoor,
  method: Method,
  path: string,
  body?: unknown,
  timeoutMs = callTimeoutMs,
): Promise<Response> {
  const init = {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(timeoutMs),
  };
  const answer = await fetch(url + path, init).catch((error: unknown) => {
    throw new KaliumError("E_SERVICE", `the guard's service does not answer ${method} ${path}: ${messageOf(error)}`, {
      cause: error,
    });
  });
  if (answer.ok) return answer;
  const { code, error } = problemIn(await answer.text());
  throw new KaliumError(code, `${method} ${path}: ${error ?? `status ${answer.status}`}`);
}

function problemIn(text: string): { readonly code: ErrorCode; readonly error?: string } {
  try {
    const problem = JSON.parse(text) as { code?: ErrorCode; error?: string }; // of a service of this checkout
    return { code: "E_SERVICE", ...problem };
  } catch {
    return { code: "E_SERVICE" };
  }
}

/** Of equal length for all inputs, so that comparing tells nothing by its duration. */
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
