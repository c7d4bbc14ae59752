/** The REST client that suites use against the embedded gateway or a real OpenFaaS. */
import axios, { type AxiosResponse } from "axios";
import { z } from "zod";
import type { Placement, RuntimeProof } from "../contracts/proof.ts";
import { poll } from "../base/deadline.ts";
import { KaliumError, messageOf } from "../base/errors.ts";
import type { BasicAuth } from "./basic-auth.ts";
import { createCaller, type Caller, type CallRequest, type CallResult } from "./caller.ts";
import {
  defaultNamespace,
  placementAnnotation,
  proofAnnotation,
  statusSchema,
  type Deployment,
  type FunctionStatus,
} from "./deployment.ts";
import { readLogs, type ClientLogQuery, type LogRecord } from "./client-logs.ts";
import { functionLimitHint, functionLimitIn } from "./function-limit-words.ts";
import { createReadiness, lastExitReason, type ReadyOptions } from "./client-ready.ts";
import { placementsSchema, proofsSchema } from "./runtime-proof.ts";

export interface ClientOptions {
  /** Root of the REST API. */
  readonly url: string;
  /** Root of calls to functions, where they have a way of their own; absent: `url`. */
  readonly invokeUrl?: string | undefined;
  readonly basicAuth?: BasicAuth | undefined;
  readonly namespace?: string | undefined;
  /** Of calls to functions; default `keepalive`. */
  readonly connection?: "keepalive" | "fresh" | undefined;
  /** Of calls to functions; default 60 s. */
  readonly callTimeoutMs?: number | undefined;
  /** Of one REST request; default 150 s. */
  readonly requestTimeoutMs?: number | undefined;
  /** Of the question whether it is there at all; default 45 s. */
  readonly aliveTimeoutMs?: number | undefined;
}

export interface RemoveOptions {
  /** Until it is gone; default 5 min. */
  readonly timeoutMs?: number;
  /** The same while the gateway gives a reason that keeps it, such as a lost node; default 1 min. */
  readonly keptMs?: number;
}

export interface GatewayClient extends Disposable {
  readonly url: string;
  /** Under it `/function/NAME` is called. */
  readonly invokeUrl: string;
  /** PUT, then POST where there was none. It is not ready yet then. @throws {KaliumError} E_DEPLOY */
  readonly deploy: (deployment: Deployment) => Promise<void>;
  /** `undefined`: no such function. */
  readonly describe: (name: string) => Promise<FunctionStatus | undefined>;
  readonly list: () => Promise<readonly FunctionStatus[]>;
  /** Removes and waits until it is gone; an absent function is fine. @throws {KaliumError} E_DEPLOY, E_TIMEOUT */
  readonly remove: (name: string, options?: RemoveOptions) => Promise<void>;
  /** Waits for available replicas. @throws {KaliumError} E_DEPLOY with `details.kind`, E_TIMEOUT */
  readonly waitReady: (name: string, options?: ReadyOptions) => Promise<FunctionStatus>;
  readonly proofs: (status: FunctionStatus) => readonly RuntimeProof[];
  /** Where the proven instances are; empty but on a cluster. */
  readonly placements: (status: FunctionStatus) => readonly Placement[];
  /** Creates or replaces. */
  readonly putSecret: (name: string, value: string) => Promise<void>;
  /** An absent secret is fine. */
  readonly removeSecret: (name: string) => Promise<void>;
  readonly secretNames: () => Promise<readonly string[]>;
  readonly logs: (name: string, query?: ClientLogQuery) => AsyncGenerator<LogRecord, void, undefined>;
  /** One timed call of `/function/NAME<path>`; each function has its own connection. */
  readonly invoke: (name: string, call?: Omit<CallRequest, "url"> & { readonly path?: string }) => Promise<CallResult>;
  /** Resolves when the gateway answers. @throws {KaliumError} E_SERVICE; requests then fail at once, instead of waiting */
  readonly alive: () => Promise<void>;
  /** Closes all connections. */
  readonly close: () => void;
}

/** Sandboxes on a busy machine take long to end: two minutes were seen. */
const removeTimeoutMs = 300_000;
const removeKeptMs = 60_000;
/** Of a question that any gateway answers without work; less than others wait for this answer (lost-part.ts). */
const aliveTimeoutMs = 45_000;
const pollMs = 100;

export function createClient(options: ClientOptions): GatewayClient {
  const { basicAuth, namespace = defaultNamespace, callTimeoutMs = 60_000, connection = "keepalive" } = options;
  const url = withoutSlash(options.url);
  const invokeUrl = withoutSlash(options.invokeUrl ?? options.url);
  const rest = axios.create({
    baseURL: url,
    ...(basicAuth === undefined ? {} : { auth: { username: basicAuth.user, password: basicAuth.password } }),
    timeout: options.requestTimeoutMs ?? 150_000,
    validateStatus: null,
    maxRedirects: 0,
    proxy: false,
  });
  const callers = new Map<string, Caller>();
  /** Once it has not answered the simplest question, no request waits for it again. */
  let silent: KaliumError | undefined;
  const alive = async (): Promise<void> => {
    if (silent !== undefined) throw silent;
    await rest.get("/healthz", { timeout: options.aliveTimeoutMs ?? aliveTimeoutMs }).catch((error: unknown) => {
      throw (silent = new KaliumError("E_SERVICE", `the gateway at ${url} does not answer: ${messageOf(error)}`));
    });
  };
  const ask = async (what: string, request: () => Promise<AxiosResponse<unknown>>): Promise<AxiosResponse<unknown>> => {
    if (silent !== undefined) throw silent;
    try {
      return await request();
    } catch (error) {
      if (axios.isAxiosError(error) && error.code === "ECONNABORTED") await alive(); // its time ran out
      throw new KaliumError("E_DEPLOY", `${what}: the gateway ${url} does not answer: ${messageOf(error)}`, {
        hint: "Check the gateway's address (`--gateway`); `npm run serve` starts a gateway and prints its address.",
        details: { kind: "unreachable", url },
      });
    }
  };

  /** Our gateway holds the answer until so many replicas are available, or the function is gone, for at most a second; others ignore it. */
  const describe = async (name: string, hold?: number | "gone"): Promise<FunctionStatus | undefined> => {
    const what = `describe ${name}`;
    const answer = await ask(what, () => rest.get(`/system/function/${name}`, { params: { namespace, hold } }));
    return answer.status === 404 ? undefined : read(what, answer, statusSchema);
  };
  const untilGone = async (name: string, options: RemoveOptions = {}): Promise<void> => {
    const { timeoutMs = removeTimeoutMs, keptMs = removeKeptMs } = options;
    let last: string | undefined;
    let keptSince = 0;
    const what = `function ${name} to be gone`;
    const kept = await poll({ what, timeoutMs, intervalMs: pollMs, lastReason: () => last }, async () => {
      const seen = await describe(name, "gone");
      if (seen === undefined) return false;
      const reason = lastExitReason(seen);
      if (reason === undefined || last === undefined) keptSince = performance.now();
      last = reason;
      return reason !== undefined && performance.now() - keptSince > keptMs ? true : undefined;
    });
    if (kept)
      throw new KaliumError("E_TIMEOUT", `timed out after ${keptMs} ms waiting for ${what}; last seen: ${last}`);
  };
  // As text: axios copies an object, and loses a variable named __proto__.
  const json = { headers: { "content-type": "application/json" } };
  const create = (deployment: Deployment): Promise<AxiosResponse<unknown>> =>
    ask(`deploy ${deployment.service}`, () => rest.post("/system/functions", JSON.stringify(deployment), json));
  const invoke: GatewayClient["invoke"] = (name, { path = "", ...call } = {}) => {
    let caller = callers.get(name);
    if (caller === undefined) callers.set(name, (caller = createCaller({ connection, timeoutMs: callTimeoutMs })));
    return caller.call({ ...call, url: `${invokeUrl}/function/${name}${path}` });
  };
  const close = (): void => {
    for (const caller of callers.values()) caller.close();
  };

  return {
    url,
    invokeUrl,
    async deploy(deployment) {
      // As faas-cli does it: a gateway's own namespace goes without saying.
      const body = namespace === defaultNamespace ? deployment : { namespace, ...deployment };
      const what = `deploy ${deployment.service}`;
      const updated = await ask(what, () => rest.put("/system/functions", JSON.stringify(body), json));
      if (updated.status === 202) return;
      if (updated.status === 200) {
        await acceptOk(rest.get("/system/info"), deployment);
        return;
      }
      if (updated.status !== 404) throw refused(what, updated);
      let created = await create(body);
      if (created.status === 500 && /already exists|being deleted/.test(textOf(created))) {
        await untilGone(deployment.service);
        created = await create(body);
      }
      if (created.status !== 202 && created.status !== 200) throw refused(what, created);
    },
    describe: (name) => describe(name),
    list: async () =>
      read(
        "list",
        await ask("list", () => rest.get("/system/functions", { params: { namespace } })),
        z.array(statusSchema),
      ),
    async remove(name, options) {
      // Providers disagree on where the namespace stands.
      const request = { params: { namespace }, data: { functionName: name, namespace } };
      const answer = await ask(`remove ${name}`, () => rest.delete("/system/functions", request));
      if (![200, 202, 404].includes(answer.status)) throw refused(`remove ${name}`, answer);
      await untilGone(name, options);
    },
    waitReady: createReadiness({ describe, invoke }),
    proofs: (status) => proofsSchema.parse(JSON.parse(status.annotations?.[proofAnnotation] ?? "[]")),
    placements: (status) => placementsSchema.parse(JSON.parse(status.annotations?.[placementAnnotation] ?? "[]")),
    async putSecret(name, value) {
      const what = `secret ${name}`;
      const body = { name, namespace, value };
      const created = await ask(what, () => rest.post("/system/secrets", body));
      const answer = created.status === 409 ? await ask(what, () => rest.put("/system/secrets", body)) : created;
      if (answer.status >= 300) throw refused(what, answer);
    },
    async removeSecret(name) {
      const answer = await ask(`secret ${name}`, () => rest.delete("/system/secrets", { data: { name, namespace } }));
      if (answer.status >= 300 && answer.status !== 404) throw refused(`secret ${name}`, answer);
    },
    async secretNames() {
      const answer = await ask("secrets", () => rest.get("/system/secrets", { params: { namespace } }));
      return read("secrets", answer, z.array(z.object({ name: z.string() }))).map((secret) => secret.name);
    },
    logs: (name, query = {}) => readLogs(rest, { name, namespace, ...query }),
    invoke,
    alive,
    close,
    [Symbol.dispose]: close,
  };
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, "");

/** 200 to a PUT means done for faasd; faas-netes answers it when an error kept it from applying the change. */
async function acceptOk(info: Promise<AxiosResponse<unknown>>, { service }: Deployment): Promise<void> {
  const parsed = z.object({ provider: z.object({ provider: z.string() }) }).safeParse((await info).data);
  const provider = parsed.data?.provider.provider ?? "unknown";
  if (provider.startsWith("faasd")) return;
  const message = `deploy ${service}: the provider ${provider} answered 200, so it did not apply the change`;
  const hint = "Read the provider's own log; remove the function and deploy it again.";
  throw new KaliumError("E_DEPLOY", message, { hint, details: { kind: "not-applied", provider } });
}

const textOf = ({ data }: AxiosResponse<unknown>): string => (typeof data === "string" ? data : JSON.stringify(data));

const loginHint = ({ config }: AxiosResponse): string =>
  config.auth === undefined
    ? "Name the file that has the gateway's password: `npm run deploy -- stack.yml --password-file FILE`."
    : "Check the gateway's user (`--user`) and password (`--password-file`).";

function refused(what: string, answer: AxiosResponse<unknown>): KaliumError {
  const said = `status ${answer.status}: ${textOf(answer).trim().slice(0, 2_000)}`;
  const details = { kind: "refused", status: answer.status };
  const limit = answer.status === 401 ? undefined : functionLimitIn(said);
  if (limit !== undefined) {
    const message = `${what}: the gateway takes ${limit} functions at once, and has as many (${said})`;
    return new KaliumError("E_DEPLOY", message, { hint: functionLimitHint, details: { ...details, limit } });
  }
  const hint = answer.status === 401 ? { hint: loginHint(answer) } : {};
  return new KaliumError("E_DEPLOY", `${what}: ${said}`, { details, ...hint });
}

function read<T>(what: string, answer: AxiosResponse<unknown>, schema: z.ZodType<T>): T {
  if (answer.status !== 200) throw refused(what, answer);
  const parsed = schema.safeParse(answer.data);
  if (parsed.success) return parsed.data;
  throw new KaliumError("E_DEPLOY", `${what}: unexpected answer: ${z.prettifyError(parsed.error)}`);
}
