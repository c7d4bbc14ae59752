import { expect, test } from "vitest";
import { countCalls } from "./count-window.ts";
import { parseTrace } from "./parse-strace.ts";

const trace = `8519<MainThread> 100.000000 epoll_pwait(15<anon_inode:[eventpoll]>, [...], 1024, 3993, NULL, 8) = 1 <1.500000>
8519<MainThread> 101.600000 accept4(22<TCP:[0.0.0.0:8080]>, NULL, NULL, SOCK_CLOEXEC) = 23<TCP:[10.2.0.10:8080->10.2.0.1:52322]> <0.000276>
8519<MainThread> 101.700000 read(23<TCP:[10.2.0.10:8080->10.2.0.1:52322]>, ""..., 65536) = 345 <0.001085>
8519<MainThread> 101.800000 connect(24<TCP:[8866018]>, {sa_family=AF_INET, sin_port=htons(3000), sin_addr=inet_addr("127.0.0.1")}, 16) = -1 EINPROGRESS (Operation now in progress) <0.000010>
8519<MainThread> 101.810000 connect(26<TCP:[8866019]>, {sa_family=AF_INET, sin_port=htons(3306), sin_addr=inet_addr("10.2.0.1")}, 16) = -1 EINPROGRESS (Operation now in progress) <0.000010>
8550<V8Worker> 101.820000 futex(0x146f0050, FUTEX_WAIT_PRIVATE, 2, NULL <unfinished ...>
8519<MainThread> 101.830000 futex(0x146f00a4, FUTEX_WAKE_PRIVATE, 1 <unfinished ...>
8550<V8Worker> 101.831000 <... futex resumed>) = 0 <0.011000>
8519<MainThread> 101.832000 <... futex resumed>) = 1 <0.002000>
8519<MainThread> 101.833000 futex(0x146f00a4, FUTEX_WAKE_PRIVATE, 1) = 0 <0.000010>
8705<libuv-worker> 101.840000 futex(0x6b94a68, FUTEX_WAIT_BITSET_PRIVATE|FUTEX_CLOCK_REALTIME, 0, NULL, FUTEX_BITSET_MATCH_ANY) = 0 <0.010000>
8705<libuv-worker> 101.860000 openat(AT_FDCWD</srv/fn>, "/etc/hosts", O_RDONLY|O_CLOEXEC) = 26</etc/hosts> <0.000018>
8705<libuv-worker> 101.861000 read(26</etc/hosts>, ""..., 4096) = 49 <0.000679>
8705<libuv-worker> 101.862000 sendto(27<UDP:[10.2.0.10:40000->10.2.0.1:53]>, ""..., 83, MSG_NOSIGNAL, NULL, 0) = 83 <0.000710>
8519<MainThread> 101.863000 write(1<UNIX-STREAM:[8851->8852]>, ""..., 69) = 69 <0.000483>
8519<MainThread> 101.870000 writev(25<TCPv6:[[::ffff:127.0.0.1]:3000->[::ffff:127.0.0.1]:43892]>, [...], 2) = 259 <0.000483>
8519<MainThread> 101.900000 writev(23<TCP:[10.2.0.10:8080->10.2.0.1:52322]>, [...], 2) = 259 <0.300000>
8519<MainThread> 101.910000 --- SIGCHLD {si_signo=SIGCHLD} ---
8519<MainThread> 102.000000 write(19<anon_inode:[eventfd]>, ""..., 8) = 8 <0.000033>
8519<MainThread> 102.000000 epoll_pwait(15<anon_inode:[eventpoll]>,  <unfinished ...>
8519<MainThread> 103.000000 +++ exited with 0 +++
`;

test("calls are named by what they are about, and joined where strace cut them", () => {
  expect(parseTrace(trace).map(({ call, on, thread }) => [call, on, thread].filter(Boolean).join(" "))).toEqual([
    "epoll_pwait event MainThread",
    "accept4 tcp-outside MainThread",
    "read tcp-outside MainThread",
    "connect tcp-inside MainThread",
    "connect tcp-outside MainThread",
    "futex-wait V8Worker",
    "futex-wake MainThread",
    "futex MainThread",
    "futex-wait libuv-worker",
    "openat libuv-worker",
    "read file libuv-worker",
    "sendto udp libuv-worker",
    "write pipe MainThread",
    "writev tcp-inside MainThread",
    "writev tcp-outside MainThread",
    "write event MainThread",
    "epoll_pwait event MainThread",
  ]);
});

test("an invocation has the wait that its request ends and the answer that it begins, and nothing of threads beside it", () => {
  const windows = [
    { fromS: 101, toS: 101.95 },
    { fromS: 101.99, toS: 102.1 },
  ];
  const counted = countCalls(parseTrace(trace), windows);
  const of = (call: string, on?: string): readonly number[] | undefined =>
    counted.find((entry) => entry.call === call && entry.on === on)?.counts;
  expect(of("epoll_pwait", "event")).toEqual([1, 0]); // the one that does not return is of neither
  expect(of("writev", "tcp-outside")).toEqual([1, 0]); // it returns after the answer has arrived
  expect(of("futex-wait")).toEqual([1, 0]); // V8's is beside
  expect(of("write", "event")).toEqual([0, 1]);
  expect(counted.map(({ counts }) => counts.length)).toEqual(counted.map(() => 2));
});
