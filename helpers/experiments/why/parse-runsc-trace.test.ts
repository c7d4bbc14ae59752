import { expect, test } from "vitest";
import { parseRunscTrace } from "./parse-runsc-trace.ts";

/** In the form of runsc 20240729. */
const log = `I1130 09:59:58.000001       1 loader.go:1] unrelated: [   1:   1] node
I1130 10:00:00.100000       1 strace.go:567] [   1:   1] MainThread E read(0x11 /f, 0x7f0, 0x40)
I1130 10:00:00.100250       1 strace.go:605] [   1:   1] MainThread X read(0x11 /f, 0x7f0 "x", 0x40) = 64 (0x40) (4.2µs)
I1130 10:00:00.200000       1 strace.go:570] [   1:   7] V8Worker E futex(0x7f1, FUTEX_WAIT|FUTEX_PRIVATE_FLAG, 0x0, null)
I1130 10:00:00.200100       1 strace.go:570] [   1:   1] MainThread E futex(0x7f1, FUTEX_WAKE|FUTEX_PRIVATE_FLAG, 0x1)
I1130 10:00:00.200110       1 strace.go:608] [   1:   1] MainThread X futex(0x7f1, FUTEX_WAKE|FUTEX_PRIVATE_FLAG, 0x1) = 1 (0x1) (3µs)
I1130 10:00:00.300000       1 strace.go:608] [   1:   7] V8Worker X futex(0x7f1, FUTEX_WAIT|FUTEX_PRIVATE_FLAG, 0x0, null) = 0 (0x0) (99ms)
I1130 10:00:00.300100       1 strace.go:570] [   1:   7] V8Worker E futex(0x7f1, FUTEX_WAIT|FUTEX_PRIVATE_FLAG, 0x0, null)
I1130 10:00:00.300200       1 strace.go:608] [   1:   7] V8Worker X futex(0x7f1, FUTEX_WAIT|FUTEX_PRIVATE_FLAG, 0x0, null) = 0 (0x0) errno=11 (resource temporarily unavailable) (1µs)
I1130 10:00:01.000000       1 strace.go:576] [   1:   1] MainThread E epoll_pwait(0xd anon_inode:[eventpoll], 0x7f2, 0x400)
`;
const endS = Date.UTC(2026, 10, 30, 10, 0, 1) / 1e3;

test("each call has its thread, its name and its times; one that has not returned has no end", () => {
  const calls = parseRunscTrace(log, endS + 0.4);
  expect(calls.map(({ thread, call }) => `${thread} ${call}`)).toEqual([
    "MainThread read",
    "V8Worker futex-wait",
    "MainThread futex-wake",
    "V8Worker futex",
    "MainThread epoll_pwait",
  ]);
  const [first, waited] = calls;
  expect(first).toMatchObject({ pid: 1, on: undefined });
  expect((first?.startS ?? 0) - endS).toBeCloseTo(-0.9, 5);
  expect((first?.endS ?? 0) - endS).toBeCloseTo(-0.89975, 5);
  expect((waited?.endS ?? 0) - (waited?.startS ?? 0)).toBeCloseTo(0.1, 5);
  expect(calls.at(-1)?.endS).toBeUndefined();
});

test.each([-5, 5.5, -8])("a log in the time of a zone %f h away is put right", (hours) => {
  const [first] = parseRunscTrace(log, endS + 3_600 * hours + 0.4);
  expect((first?.startS ?? 0) - endS - 3_600 * hours).toBeCloseTo(-0.9, 5);
});

test("a log without calls has none", () => {
  expect(parseRunscTrace("", endS)).toEqual([]);
  expect(parseRunscTrace("I1130 10:00:00.000001       1 loader.go:1] ready\n", endS)).toEqual([]);
});
