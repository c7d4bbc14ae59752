import type { Sample, Void } from "../../../reports/records/record.ts";
import type { Dependency, RunFunction, MeasuredFunction } from "../../contracts/application.ts";
import { poll } from "../../base/deadline.ts";
import { countServedImages, type ImageServerInfo } from "../../services/image-server/index.ts";
import { readMails, type Mail, type SmtpSinkInfo } from "../../services/smtp-sink/index.ts";

/** Mails are sent after the answer, and the picture's count follows its last byte. */
const arrivalMs = 30_000;

export interface TrafficCheck {
  /** What does not fit to the block's calls: pictures fetched and mails received. */
  readonly after: (samples: readonly Sample[]) => Promise<readonly Void[]>;
}

/** Counts what the image server and the mail sink get during a block. They serve all systems, so a misfit voids all. */
export async function startTrafficCheck(
  measured: MeasuredFunction,
  definitions: readonly RunFunction[],
  { images, mail }: { readonly images?: ImageServerInfo; readonly mail?: SmtpSinkInfo },
): Promise<TrafficCheck> {
  const perCall = (need: Dependency): number => definitions.filter(({ needs }) => needs.includes(need)).length;
  const imageCount = async (): Promise<number> => (images === undefined ? 0 : countServedImages(images));
  const mailCount = async (): Promise<number> => (mail === undefined ? 0 : (await readMails(mail)).count);
  const [imagesBefore, mailsBefore] = [await imageCount(), await mailCount()];
  return {
    after: async (samples) => {
      const pictures = await arrived(async () => (await imageCount()) - imagesBefore, samples, perCall("image-server"));
      const mails = await arrived(async () => (await mailCount()) - mailsBefore, samples, perCall("smtp-sink"));
      const last = mail === undefined || perCall("smtp-sink") === 0 ? undefined : (await readMails(mail)).mails.at(-1);
      const reasons = [
        pictures && `the image server sent ${pictures}`,
        mails && `the mail sink received ${mails}`,
        last && mailProblem(last, measured),
      ];
      return reasons.filter((reason) => reason !== undefined).map((reason) => ({ reason }));
    },
  };
}

/** `undefined` once the count fits; calls that failed may have got as far or not. */
async function arrived(
  count: () => Promise<number>,
  samples: readonly Sample[],
  perCall: number,
): Promise<string | undefined> {
  const most = samples.length * perCall;
  const least = samples.filter(({ outcome }) => outcome === "ok").length * perCall;
  let seen = 0;
  const fits = async (): Promise<true | undefined> => {
    seen = await count();
    return seen >= least ? true : undefined;
  };
  const what = `${least} to be counted`;
  await poll({ what, timeoutMs: arrivalMs, intervalMs: 50 }, fits).catch(() => undefined); // the count itself tells
  if (seen >= least && seen <= most) return undefined;
  return `${seen} instead of ${least === most ? least : `${least} to ${most}`} for ${samples.length} calls`;
}

/** The mail is to the photographer of the request, and speaks of its product and merchant. */
export function mailProblem(mail: Mail, measured: Pick<MeasuredFunction, "input">): string | undefined {
  const { data } = JSON.parse(measured.input({ imageUrl: "" })) as {
    readonly data: { readonly name: string; readonly merchantName: string; readonly photographer: { phone: string } };
  };
  const wanted = [data.name, data.merchantName];
  const right =
    mail.to.includes(`${data.photographer.phone}@`) &&
    mail.subject !== "" &&
    [mail.text, mail.html].every((part) => wanted.every((words) => part.includes(words)));
  return right ? undefined : `the last mail is not the one that was asked for: to ${mail.to}, "${mail.subject}"`;
}
