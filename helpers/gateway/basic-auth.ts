import { createHash, timingSafeEqual } from "node:crypto";
import type { onRequestHookHandler } from "fastify";

export interface BasicAuth {
  readonly user: string;
  readonly password: string;
}

/** Guards `/system/`; without credentials everything passes, as does faas-cli's empty Bearer then. */
export function requireBasicAuth(auth: BasicAuth | undefined): onRequestHookHandler {
  const wanted = auth === undefined ? undefined : digest(encode(auth));
  return (request, reply, next) => {
    if (wanted === undefined || timingSafeEqual(digest(request.headers.authorization ?? ""), wanted)) {
      next();
      return;
    }
    void reply
      .code(401)
      .header("WWW-Authenticate", 'Basic realm="Restricted"')
      .type("text/plain")
      .send("invalid credentials");
  };
}

const encode = ({ user, password }: BasicAuth): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

/** Of equal length for all inputs, so that comparing tells nothing by its duration. */
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
