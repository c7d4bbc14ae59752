import { readCountsPage } from "../../base/counts-page.ts";
import { startService, type Service, type StartService } from "../../base/child-service.ts";

export interface SmtpSinkOptions {
  /** Where it listens, on a free port. */
  readonly host: string;
  /** How many of the last mails are kept for checks; the count continues. Absent: 100. */
  readonly keep?: number;
  /** Offers STARTTLS of this version, and a login after it; mails without either are taken, too. Absent: neither. */
  readonly startTls?: "1.2" | "1.3";
}

/** What a client needs for STARTTLS and the login: of this run alone. */
export interface MailLogin {
  readonly user: string;
  readonly password: string;
  readonly caCertificatePem: string;
}

export interface SmtpSinkInfo {
  readonly host: string;
  readonly port: number;
  /** Absent: it offers no STARTTLS. */
  readonly login?: MailLogin;
  /** Address on this machine's loopback that tells what arrived. */
  readonly controlUrl: string;
}

export interface Mail {
  /** The header's text: `"The Store" <boss@store.com>`. */
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface ReceivedMails {
  /** Since the start. */
  readonly count: number;
  /** The last ones, oldest first. */
  readonly mails: readonly Mail[];
}

/** Starts a mail server that keeps what it gets and sends nothing on. @throws {KaliumError} E_SERVICE */
export const startSmtpSink = (
  options: SmtpSinkOptions,
  start: StartService = startService,
): Promise<Service<SmtpSinkInfo>> =>
  start(new URL("main.ts", import.meta.url), options, { name: "SMTP sink", timeoutMs: 120_000 });

/** @throws {KaliumError} E_SERVICE */
export const readMails = async ({ controlUrl }: Pick<SmtpSinkInfo, "controlUrl">): Promise<ReceivedMails> =>
  (await readCountsPage(controlUrl, "SMTP sink")) as ReceivedMails;
