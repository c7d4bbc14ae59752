import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { simpleParser, type AddressObject, type ParsedMail } from "mailparser";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { startCountsPage } from "../../base/counts-page.ts";
import { runService } from "../../base/child-service.ts";
import { makeRunCertificate } from "../certificate.ts";
import type { Mail, MailLogin, ReceivedMails, SmtpSinkInfo, SmtpSinkOptions } from "./index.ts";

const maxMailBytes = 10 * 1024 * 1024;

await runService(async (given) => {
  const { host, keep = 100, startTls } = given as SmtpSinkOptions; // from startSmtpSink of this same checkout
  let count = 0;
  const mails: Mail[] = [];
  const { login, secured } = await securityOf(host, startTls);
  const server = new SMTPServer({
    authOptional: true,
    ...secured,
    disableReverseLookup: true, // no DNS in anybody's latency
    size: maxMailBytes,
    logger: false,
    closeTimeout: 1_000,
    onData: (stream, _session, done) => {
      simpleParser(stream).then(
        (parsed) => {
          count++;
          mails.push(toMail(parsed));
          if (mails.length > keep) mails.shift();
          done();
        },
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      );
    },
  });
  server.on("error", () => undefined); // a client that breaks off is that client's error
  const listening = server.listen(0, host);
  await once(listening, "listening");
  const address = listening.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const control = await startCountsPage((): ReceivedMails => ({ count, mails }));
  const info: SmtpSinkInfo = { host, port, ...(login && { login }), controlUrl: control.url };
  return {
    info,
    stop: () => {
      control.close();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
});

interface Security {
  readonly login?: MailLogin;
  readonly secured: SMTPServerOptions;
}

/** With a version of TLS: a certificate and an account of this run; the login is offered only after STARTTLS. */
async function securityOf(host: string, version: "1.2" | "1.3" | undefined): Promise<Security> {
  // The mail never leaves the run's network.
  if (version === undefined) return { secured: { disabledCommands: ["AUTH", "STARTTLS"] } };
  const { privateKeyPem, chainPem, caCertificatePem = "" } = await makeRunCertificate(host);
  const login = { user: "kalium-bench", password: randomBytes(16).toString("base64url"), caCertificatePem };
  return {
    login,
    secured: {
      hidePIPELINING: true, // as the artifact's client, one command at a time
      ...{ key: privateKeyPem, cert: chainPem, minVersion: `TLSv${version}`, maxVersion: `TLSv${version}` },
      onAuth: ({ username, password }, _session, done) => {
        if (username === login.user && password === login.password) done(null, { user: username });
        else done(new Error("unknown user or password"));
      },
    },
  };
}

const toMail = ({ from, to, subject = "", text = "", html }: ParsedMail): Mail => ({
  from: from?.text ?? "",
  to: addresses(to),
  subject,
  text,
  html: html || "",
});

const addresses = (to: AddressObject | AddressObject[] = []): string =>
  [to]
    .flat()
    .map(({ text }) => text)
    .join(", ");
