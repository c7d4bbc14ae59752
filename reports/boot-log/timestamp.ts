/**
 * Times of log lines. A text line has neither year nor zone (`1123 20:47:40.125099`); the file's name has the year. A
 * JSON line has RFC 3339.
 */

const glog = /^(\d\d)(\d\d) (\d\d:\d\d:\d\d)\.(\d{6})$/;
const rfc3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;
const leapYear = 2000; // has every day

/** µs since 1970, of a text line since the start of a year; NaN: neither form. */
function microseconds(stamp: string): number {
  const [, month, day, clock, micros] = glog.exec(stamp) ?? [];
  if (month !== undefined && day !== undefined && clock !== undefined) {
    return Date.parse(`${leapYear}-${month}-${day}T${clock}Z`) * 1e3 + Number(micros);
  }
  const [, whole = "", fraction = "", zone = ""] = rfc3339.exec(stamp) ?? [];
  return Date.parse(whole + zone) * 1e3 + Number(fraction.padEnd(6, "0").slice(0, 6));
}

/** From one stamp to a later one, ns, to the microsecond; over new year, too. `undefined`: not two stamps. */
export function elapsedNs(from: string, to: string): number | undefined {
  const us = microseconds(to) - microseconds(from);
  if (Number.isNaN(us)) return undefined;
  return (us < 0 && glog.test(to) ? us + 366 * 86_400e6 : us) * 1e3;
}

/** Year in a name as runsc gives it, `runsc.log.<yyyymmdd-hhmmss.uuuuuu>.boot`. */
export function yearOfName(name: string): number | undefined {
  const [, year] = /(?:^|\.)(\d{4})\d{4}-\d{6}\.\d{1,6}\./.exec(name) ?? [];
  return year === undefined ? undefined : Number(year);
}

/**
 * A text line's stamp with its year: that of the file, or the next one where the stamp is earlier in its year than
 * `first`, the log's first. Other stamps, and all where the year is unknown, stay as they are.
 */
export function datedStamp(stamp: string, first: string, year: number | undefined): string {
  if (year === undefined || !glog.test(stamp)) return stamp;
  return `${stamp < first ? year + 1 : year}-${stamp.slice(0, 2)}-${stamp.slice(2, 4)}T${stamp.slice(5)}`;
}
