import { policyDocument } from "../core/policy-export.ts";
import { graphPolicy, localPolicy, policyWith } from "./graphs.ts";

/** Addresses of the services that the function `cart` uses. */
export const cartPeers = { "10.0.0.1:3306": "mysql", "10.0.0.1:8080": "gateway" } as const;
export const mysql = { event: "SEND", peer: "10.0.0.1:3306", method: "GET" } as const;
export const mysqlAnswer = { ...mysql, event: "RESP" } as const;
export const gateway = { event: "SEND", peer: "10.0.0.1:8080", method: "GET" } as const;
/** Not in the policy. */
export const elsewhere = { event: "SEND", peer: "10.9.9.9:80", method: "GET", host: "mysql" } as const;
export const invoked = { event: "GETE", method: "GET", path: "/" } as const;
export const done = { event: "ENDE" } as const;

const flow = "cart GETE function > cart SEND mysql > cart RESP mysql > cart SEND gateway";

/** The function `cart` asks the database, then the gateway; for `reference` its own graph leaves GETE out. */
export const cartPolicy = (semantics: "reference" | "strict"): string =>
  policyDocument(
    policyWith(
      graphPolicy([flow]),
      localPolicy("cart", [semantics === "strict" ? flow : flow.slice(flow.indexOf(">") + 2)]),
    ),
  );
