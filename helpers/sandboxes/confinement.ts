/**
 * What an OCI runtime on the host's kernel keeps from an instance beside capabilities: files of the kernel and system
 * calls. gVisor has a kernel of its own, and takes no notice.
 */

/** Hidden: they tell of the host, or of others on it. */
export const maskedPaths = [
  ...["acpi", "asound", "kcore", "keys", "latency_stats", "sched_debug", "scsi", "timer_list", "timer_stats"].map(
    (name) => `/proc/${name}`,
  ),
  "/sys/firmware",
];

export const readonlyPaths = ["bus", "fs", "irq", "sys", "sysrq-trigger"].map((name) => `/proc/${name}`);

/** Calls that change or observe the machine as a whole, or open parts of the kernel that no function needs. */
const refused = [
  ...["acct", "delete_module", "finit_module", "init_module", "kexec_file_load", "kexec_load", "reboot", "swapoff"],
  ...["swapon", "syslog", "quotactl", "quotactl_fd", "iopl", "ioperm", "settimeofday", "clock_settime", "adjtimex"],
  ...["clock_adjtime", "stime", "sethostname", "setdomainname", "vhangup", "nfsservctl", "lookup_dcookie"],
  ...["mount", "umount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "fsopen", "fsconfig", "fsmount"],
  ...["fspick", "mount_setattr", "setns", "unshare", "open_by_handle_at"],
  ...["bpf", "perf_event_open", "fanotify_init", "userfaultfd", "add_key", "request_key", "keyctl"],
  ...["io_uring_setup", "io_uring_enter", "io_uring_register", "personality", "mbind", "migrate_pages", "move_pages"],
  ...["set_mempolicy", "get_mempolicy", "set_mempolicy_home_node"],
];

/** New namespaces by clone(2); with clone3(2), whose flags no filter sees, programs fall back to it after ENOSYS. */
const namespaceFlags = 0x7e02_0000; // CLONE_NEWNS, CGROUP, UTS, IPC, USER, PID and NET
const enosys = 38;

const architectures: Readonly<Partial<Record<NodeJS.Architecture, readonly string[]>>> = {
  x64: ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"],
  arm64: ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"],
};

/** `undefined`: nobody has tried this architecture. */
export function seccompFilter(arch: NodeJS.Architecture = process.arch): unknown {
  const known = architectures[arch];
  if (known === undefined) return undefined;
  return {
    defaultAction: "SCMP_ACT_ALLOW",
    architectures: known,
    syscalls: [
      { names: refused, action: "SCMP_ACT_ERRNO", errnoRet: 1 },
      { names: ["clone3"], action: "SCMP_ACT_ERRNO", errnoRet: enosys },
      ...namespaceBits().map((bit) => ({
        names: ["clone"],
        action: "SCMP_ACT_ERRNO",
        errnoRet: 1,
        args: [{ index: 0, value: bit, valueTwo: bit, op: "SCMP_CMP_MASKED_EQ" }],
      })),
    ],
  };
}

/** A filter compares one mask with one value, so each flag has its rule. */
const namespaceBits = (): readonly number[] =>
  Array.from({ length: 31 }, (_, at) => 2 ** at).filter((bit) => (namespaceFlags & bit) !== 0);
