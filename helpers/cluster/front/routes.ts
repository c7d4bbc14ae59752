import { text } from "node:stream/consumers";
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import {
  deleteSchema,
  endpointsAnnotation,
  lastExitAnnotation,
  placementAnnotation,
  proofAnnotation,
  statusSchema,
  type FunctionStatus,
} from "../../gateway/deployment.ts";
import { holdUntil } from "../../gateway/hold.ts";
import type { Cluster } from "../api/connect.ts";
import type { PodBootLogs } from "./boot-logs.ts";
import { type TrackedFunctions, requestSchema } from "./functions.ts";
import type { FrontSettings } from "./options.ts";
import type { ProvenPod } from "./pod-proof.ts";
import { readPodUsage } from "./pod-usage.ts";
import { describedStatus } from "./statuses.ts";
import { readSurroundings } from "./surroundings.ts";
import type { TrackedFunction } from "./tracked-function.ts";
import type { Upstream } from "./upstream.ts";

export interface Routed {
  readonly functions: TrackedFunctions;
  readonly upstream: Upstream;
  readonly bootLogs: PodBootLogs;
  readonly cluster: Cluster;
  readonly settings: FrontSettings;
}

const holdMs = 1_000;
const nameSchema = z.object({ name: z.string() });
const describeSchema = z.object({ hold: z.union([z.literal("gone"), z.coerce.number().int()]).optional() });
const isGood = (status: number): boolean => status >= 200 && status < 300;

/** What the harness uses of the REST API; the rest goes to the gateway as it comes. */
export function addRoutes(app: FastifyInstance, { functions, upstream, bootLogs, cluster, settings }: Routed): void {
  const { namespace } = settings;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_, body, done) => done(null, body));

  for (const method of ["POST", "PUT"] as const) {
    app.route({
      method,
      url: "/system/functions",
      handler: async (request, reply) => {
        const { body, wanted } = functions.plan(requestSchema.parse(JSON.parse(request.body as string)));
        const answer = await upstream.ask(method, "/system/functions", JSON.stringify(body));
        if (!isGood(answer.status)) return reply.code(answer.status).type("text/plain").send(answer.data);
        await functions.accept(wanted);
        return reply.code(202).send();
      },
    });

    app.route({
      method,
      url: "/system/secrets",
      handler: async (request, reply) => {
        const answer = await upstream.ask(method, "/system/secrets", request.body);
        if (isGood(answer.status))
          await functions.labelSecret(nameSchema.parse(JSON.parse(request.body as string)).name);
        const status = describedStatus("/system/secrets", { status: answer.status, text: answer.data });
        return reply.code(status).type("text/plain").send(answer.data);
      },
    });
  }

  app.get("/system/function/:name", async (request, reply) => {
    const { name } = nameSchema.parse(request.params);
    const { hold } = describeSchema.parse(request.query);
    const tracked = functions.get(name);
    if (tracked !== undefined && hold !== undefined) {
      const settled = (): boolean =>
        hold === "gone" ? tracked.pods().length === 0 : tracked.available().length >= hold;
      await holdUntil(settled, functions.changed, holdMs);
    }
    const path = `/system/function/${name}?namespace=${namespace}`;
    const answer = await upstream.ask("GET", path).catch((error: unknown) => {
      // Where the gateway is lost with a node, pods that cannot go are still known here, and why.
      if (tracked?.isStopped() === true && tracked.pods().length > 0) return { status: 404, data: "" };
      throw error;
    });
    if (tracked === undefined) return reply.code(answer.status).type("application/json").send(answer.data);
    if (answer.status === 404) {
      // Some providers forget a function before its pods are gone, and those would disturb what comes next.
      const leaving = tracked.pods();
      if (leaving.length === 0) {
        functions.forget(name);
        return reply.code(404).send();
      }
      const { image } = tracked.wanted;
      const left = { name, image, replicas: leaving.length, availableReplicas: 0, invocationCount: 0 };
      return reply.send(await completed(left, tracked));
    }
    if (answer.status !== 200) return reply.code(answer.status).type("text/plain").send(answer.data);
    return reply.send(await completed(statusSchema.parse(JSON.parse(answer.data)), tracked));
  });

  app.delete("/system/functions", (request, reply) => {
    const { functionName } = deleteSchema.parse(JSON.parse(request.body as string));
    functions.get(functionName)?.stop(); // its pods go because we say so
    return passOn("DELETE", request.url, request.body, reply);
  });

  const completed = async (status: FunctionStatus, tracked: TrackedFunction): Promise<FunctionStatus> => {
    const available = tracked.available();
    // A pod soon answers again after the end of its container, and callers want to know why their call ended with it.
    const untroubled = available.length > 0 && !available.some(hasRestarted) && tracked.lost() === undefined;
    const lastExit = untroubled ? undefined : await functions.lastExit(tracked);
    const endpoints = available.flatMap(({ proof: { instance }, url }) =>
      url === undefined ? [] : [{ instance, watchdog: url }],
    );
    return {
      ...status,
      annotations: {
        ...status.annotations,
        [proofAnnotation]: JSON.stringify(available.map(({ proof }) => proof)),
        [placementAnnotation]: JSON.stringify(available.map(({ placement }) => placement)),
        [endpointsAnnotation]: JSON.stringify(endpoints),
        ...(lastExit && { [lastExitAnnotation]: JSON.stringify(lastExit) }),
      },
      availableReplicas: available.length,
    };
  };

  app.get("/cluster/surroundings", () => readSurroundings(cluster, settings));
  app.get("/cluster/pod-usage/:name", (request) =>
    readPodUsage(cluster, { node: nameSchema.parse(request.params).name, namespace }),
  );
  app.get("/cluster/boot-log/:name", async (request, reply) =>
    reply.type("text/plain; charset=utf-8").send(await bootLogs.read(nameSchema.parse(request.params).name)),
  );

  const passOn = async (method: string, url: string, body: unknown, reply: FastifyReply): Promise<unknown> => {
    const answer = await upstream.stream(method, url, body);
    const { status, data, headers } = answer;
    const type = (headers["content-type"] as string | undefined) ?? "text/plain";
    if (isGood(status)) return reply.code(status).type(type).send(data);
    const words = await text(data);
    return reply
      .code(describedStatus(url, { status, text: words }))
      .type(type)
      .send(words);
  };
  app.all("/system/*", (request, reply) => passOn(request.method, request.url, request.body, reply));
  app.all("/healthz", (request, reply) => passOn(request.method, request.url, undefined, reply));
}

const hasRestarted = ({ placement: { instance, pod } }: ProvenPod): boolean => instance !== pod;
