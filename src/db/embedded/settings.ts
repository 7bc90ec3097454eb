/**
 * PostgreSQL's settings for one server on one machine with little memory: given on the command line, so that a database
 * made by an older version gets them too.
 */
export function serverSettings(options: {
  socketDirectory: string;
  clusterName: string;
  durable: boolean;
}): string[] {
  const settings: Record<string, string> = {
    listen_addresses: '',
    unix_socket_directories: options.socketDirectory,
    cluster_name: options.clusterName,
    unix_socket_permissions: '0700',
    max_connections: '100',
    shared_buffers: '64MB',
    // The asynchronous readers of PostgreSQL 18 are three more processes, for disks slower than ours need.
    io_method: 'sync',
    max_parallel_workers_per_gather: '0',
    max_worker_processes: '2',
    autovacuum_max_workers: '2',
    jit: 'off',
    huge_pages: 'off',
    // No replication. WAL stays small, so that recovery after a crash takes a second or two.
    wal_level: 'minimal',
    max_wal_senders: '0',
    min_wal_size: '32MB',
    max_wal_size: '256MB',
    fsync: options.durable ? 'on' : 'off',
    synchronous_commit: options.durable ? 'on' : 'off',
    full_page_writes: options.durable ? 'on' : 'off',
    // A backend whose client died waits for a lock no longer than this.
    client_connection_check_interval: '2s',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    log_autovacuum_min_duration: '-1',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
