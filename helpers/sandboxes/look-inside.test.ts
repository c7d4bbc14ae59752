import { expect, test } from "vitest";
import { listeningSocket } from "./look-inside.ts";

const rest = "00000000:00000000 00:00000000 00000000   100        0 1 1 0000000000000000 100 0 0 10 0";

test.each([
  ["0100007F:1F90 00000000:0000 0A", [{ port: 8080, loopbackOnly: true }]],
  ["00000000:0BB8 00000000:0000 0A", [{ port: 3000, loopbackOnly: false }]],
  ["02F8C90A:1F90 00000000:0000 0A", [{ port: 8080, loopbackOnly: false }]],
  [`${"0".repeat(32)}:1F90 ${"0".repeat(32)}:0000 0A`, [{ port: 8080, loopbackOnly: false }]],
  [`${"0".repeat(24)}01000000:1F90 ${"0".repeat(32)}:0000 0A`, [{ port: 8080, loopbackOnly: true }]],
  [`0000000000000000FFFF00000100007F:1F90 ${"0".repeat(32)}:0000 0A`, [{ port: 8080, loopbackOnly: true }]],
  ["0100007F:1F90 0100007F:9000 01", []], // a connection
])("reads %s of /proc/net/tcp", (words, expected) => {
  expect(listeningSocket(`   3: ${words} ${rest}`)).toEqual(expected);
});

test("reads no socket from the line of titles", () => {
  expect(listeningSocket("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt")).toEqual([]);
});
