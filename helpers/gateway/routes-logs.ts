import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { LogQuery } from "./function-log.ts";
import type { Functions } from "./provider.ts";
import { refusal } from "./refusal.ts";

const querySchema = z.object({
  name: z.string().min(1),
  instance: z.string().optional(),
  tail: z
    .string()
    .regex(/^(?:-?\d+)?$/)
    .default("-1"),
  follow: z.enum(["true", "false", "1", "0", ""]).default("false"),
  since: z.union([z.literal(""), z.iso.datetime({ offset: true })]).default(""),
});

/** `/system/logs`: one JSON object per line, flushed line by line; a followed stream ends after `followMs`. */
export function addLogRoute(app: FastifyInstance, functions: Functions, followMs: number): void {
  app.get("/system/logs", (request, reply) => {
    const { name, query } = readQuery(request.query);
    const deployed = functions.get(name);
    if (deployed === undefined) throw refusal(404, `function ${name} not found`);
    const gone = new AbortController();
    request.raw.once("close", () => gone.abort());
    reply.raw.once("close", () => gone.abort());
    const signal = AbortSignal.any([gone.signal, AbortSignal.timeout(followMs)]);
    const lines = async function* (): AsyncGenerator<string> {
      for await (const line of deployed.readLog(query, signal)) yield `${JSON.stringify(line)}\n`;
    };
    const headers = { "Content-Type": "application/x-ndjson", Connection: "Keep-Alive" };
    reply.hijack();
    reply.raw.writeHead(200, headers).flushHeaders(); // a follower must not wait for the first line
    Readable.from(lines())
      .on("error", () => reply.raw.destroy())
      .pipe(reply.raw);
  });
}

function readQuery(raw: unknown): { readonly name: string; readonly query: LogQuery } {
  const parsed = querySchema.safeParse(raw);
  if (!parsed.success) throw refusal(500, `unknown log request error (422): ${z.prettifyError(parsed.error)}`);
  const { name, instance, tail, follow, since } = parsed.data;
  const count = Number(tail || "-1");
  return {
    name,
    query: {
      tail: count > 0 ? count : undefined,
      since: since === "" ? undefined : new Date(since),
      instance: instance || undefined,
      follow: follow === "true" || follow === "1",
    },
  };
}
