import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** Names of all that a report is made of, whatever was measured. Nothing else in a folder is touched. */
const namesOfReports =
  /^(report|figure-8(-column|-slide|-published)?|figure-7(-log|-band|-published)?|detection|price|syscalls|systems|(system-calls|why|load|density|accuracy)(\.[\w.-]+)?)\.(svg|png|pdf|tex|csv|json|vl\.json|junit\.xml|md|html)$/;

/** Whether a later report would find it: what is not has no place in a report. */
export const isOfReport = (name: string): boolean => namesOfReports.test(name);

/** Files of an earlier report that this one does not have: they were drawn from another run. @param kept names */
export async function removeEarlier(folder: string, kept: readonly string[]): Promise<void> {
  const names = await readdir(folder);
  const earlier = names.filter((name) => isOfReport(name) && !kept.includes(name));
  await Promise.all(earlier.map((name) => rm(join(folder, name), { force: true })));
}
