import { once } from "node:events";
import { simpleParser, type AddressObject, type ParsedMail } from "mailparser";
import { SMTPServer } from "smtp-server";
import { startCountsPage } from "../../base/counts-page.ts";
import { runService } from "../../base/child-service.ts";
import type { Mail, ReceivedMails, SmtpSinkInfo, SmtpSinkOptions } from "./index.ts";

const maxMailBytes = 10 * 1024 * 1024;

await runService(async (given) => {
  const { host, keep = 100 } = given as SmtpSinkOptions; // from startSmtpSink of this same checkout
  let count = 0;
  const mails: Mail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"], // no secrets and no certificate: the mail never leaves the run's network
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
  const info: SmtpSinkInfo = { host, port, controlUrl: control.url };
  return {
    info,
    stop: () => {
      control.close();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
});

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
