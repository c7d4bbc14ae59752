import { once } from "node:events";
import { connect } from "node:net";
import { createTransport } from "nodemailer";
import { expect, onTestFinished, test } from "vitest";
import type { Service } from "../../base/child-service.ts";
import { readMails, startSmtpSink, type SmtpSinkInfo } from "./index.ts";

async function start(keep?: number): Promise<Service<SmtpSinkInfo>> {
  const sink = await startSmtpSink({ host: "127.0.0.1", ...(keep !== undefined && { keep }) });
  onTestFinished(() => sink.stop());
  return sink;
}

const transportTo = ({ host, port }: SmtpSinkInfo): ReturnType<typeof createTransport> =>
  createTransport({ host, port, secure: false });

const mail = {
  from: '"The Store" <boss@store.com>',
  to: "200494@photogs.com",
  subject: "New photography assignment – grüße",
  text: "Hello abcd,\n    Socks\n",
  html: "<p>Hello abcd,\n    Socks</p>",
};

test("a mail is kept with its addresses, subject and both texts", async () => {
  const { info } = await start();
  expect(await readMails(info)).toEqual({ count: 0, mails: [] });
  await transportTo(info).sendMail(mail);
  const { count, mails } = await readMails(info);
  expect(count).toBe(1);
  expect(mails).toEqual([{ ...mail, html: expect.stringContaining("<p>Hello abcd,") as string }]);
});

test("the last mails are kept, and all are counted", async () => {
  const { info } = await start(2);
  const transport = transportTo(info);
  for (const subject of ["one", "two", "three"]) await transport.sendMail({ ...mail, subject });
  const { count, mails } = await readMails(info);
  expect(count).toBe(3);
  expect(mails.map(({ subject }) => subject)).toEqual(["two", "three"]);
});

test("mails that arrive at once are all kept", async () => {
  const { info } = await start();
  await Promise.all(
    Array.from({ length: 20 }, (_, index) => transportTo(info).sendMail({ ...mail, subject: `${index}` })),
  );
  const { mails } = await readMails(info);
  expect(new Set(mails.map(({ subject }) => subject)).size).toBe(20);
});

test("with STARTTLS it takes mails of its account and plain ones, and no login that is wrong or not encrypted", async () => {
  await using sink = await startSmtpSink({ host: "127.0.0.1", startTls: "1.2" });
  const { host, port, login } = sink.info;
  const { user = "", password = "", caCertificatePem: ca = "" } = login ?? {};
  const send = (options: object) => createTransport({ host, port, secure: false, ...options }).sendMail(mail);
  await send({ requireTLS: true, tls: { ca }, auth: { user, pass: password } });
  await send({ ignoreTLS: true });
  await expect(send({ requireTLS: true, tls: { ca }, auth: { user, pass: "wrong" } })).rejects.toThrow(/unknown user/);
  await expect(send({ ignoreTLS: true, auth: { user, pass: password } })).rejects.toThrow();
  await expect(send({ requireTLS: true })).rejects.toThrow(/certificate/); // the CA is this run's
  expect((await readMails(sink.info)).count).toBe(2);
});

test("it offers neither TLS nor a login without it", async () => {
  const { info } = await start();
  const client = connect(info.port, info.host).setEncoding("utf8");
  onTestFinished(() => void client.destroy());
  await once(client, "data");
  client.write("EHLO test\r\n");
  const [answer] = (await once(client, "data")) as [string];
  expect(answer).toMatch(/^250/);
  expect(answer).not.toMatch(/STARTTLS|AUTH/);
});

test("a client that breaks off does not end it", async () => {
  const { info } = await start();
  const client = connect(info.port, info.host);
  await once(client, "data");
  client.write("EHLO x\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<d@e.f>\r\nDATA\r\nhalf");
  client.resetAndDestroy();
  await transportTo(info).sendMail(mail);
  expect((await readMails(info)).count).toBe(1);
});

test("after its stop it does not answer, and says so", async () => {
  const sink = await start();
  await sink.stop();
  await expect(transportTo(sink.info).sendMail(mail)).rejects.toThrow(/ECONNREFUSED/);
  await expect(readMails(sink.info)).rejects.toThrow(/does not answer/);
});
