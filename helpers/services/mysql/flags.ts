/**
 * How a server of ours runs, in Docker and on this machine alike. Flags with `loose` are ignored where a server does
 * not know them, so MariaDB 10 and 11 and MySQL 8 and 9 take the same list.
 */
export const serverFlags: readonly string[] = [
  // Explicit, because the defaults of servers differ: bad data is refused, never cut.
  "--sql-mode=STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION",
  "--character-set-server=utf8mb4",
  "--collation-server=utf8mb4_unicode_ci",
  "--skip-name-resolve",
  // Durability off: nothing outlives the run. `durableFlags` are for runs whose calls are to wait for the disk.
  "--innodb-flush-log-at-trx-commit=0",
  "--innodb-doublewrite=0",
  "--sync-binlog=0",
  "--skip-log-bin",
  "--innodb-buffer-pool-size=64M",
  "--loose-innodb-redo-log-capacity=16M", // MySQL
  "--loose-innodb-log-file-size=10M", // MariaDB; of the template's size, else it is rewritten at each start
  "--innodb-use-native-aio=0", // its kernel-wide limit is often used up in containers
  "--loose-performance-schema=OFF",
  "--loose-mysqlx=OFF",
  "--max-connections=500",
  "--max-error-count=65535", // each warning of a dump is looked at
  "--max-allowed-packet=1G", // the longest row that a dump can hold
];

/** After those above, which they override: a commit is on disk before it is answered, as by default in MySQL. */
export const durableFlags: readonly string[] = ["--innodb-flush-log-at-trx-commit=1", "--innodb-doublewrite=1"];
