import { decode, encode } from "dns-packet";
import { expect, test } from "vitest";
import { answerTo } from "./answer.ts";

const names = { "gateway.openfaas.svc.cluster.local": "10.201.3.1", "images.kalium-bench.test": "10.201.3.1" };

const ask = (name: string, type: "A" | "AAAA" = "A") => {
  const reply = answerTo(encode({ type: "query", id: 7, questions: [{ type, name }] }), names);
  if (reply === undefined) throw new Error("there is no answer");
  const { id, rcode, flag_aa, answers, authorities } = decode(reply.packet) as ReturnType<typeof decode> & {
    readonly rcode: string;
  };
  const found = (answers ?? []).map((answer) => ("data" in answer ? answer.data : undefined));
  return { id, rcode, authoritative: flag_aa, found, reason: authorities?.[0]?.type, ended: reply.found };
};

test("a known name has its address, whatever its case", () => {
  for (const name of ["gateway.openfaas.svc.cluster.local", "Gateway.OpenFaaS.svc.cluster.local"]) {
    const ended = "gateway.openfaas.svc.cluster.local";
    const found = ["10.201.3.1"];
    expect(ask(name)).toEqual({ id: 7, rcode: "NOERROR", authoritative: true, found, reason: undefined, ended });
  }
});

test("it has no IPv6 address, which is not the absence of the name", () => {
  const answer = ask("images.kalium-bench.test", "AAAA");
  expect(answer).toMatchObject({ rcode: "NOERROR", found: [], reason: "SOA", ended: undefined });
});

test("what a search list appends to a name, and the name of an object's property, does not exist", () => {
  for (const name of ["gateway.openfaas.openfaas-fn.svc.cluster.local", "constructor", "gateway.openfaas"]) {
    expect(ask(name)).toMatchObject({ rcode: "NXDOMAIN", found: [], reason: "SOA", ended: undefined });
  }
});

test("bytes that ask nothing get no answer", () => {
  const response = encode({ type: "response", id: 1, questions: [{ type: "A", name: "images.kalium-bench.test" }] });
  for (const bytes of [Buffer.alloc(0), Buffer.from("GET / HTTP/1.1\r\n\r\n"), response]) {
    expect(answerTo(bytes, names)).toBeUndefined();
  }
});
