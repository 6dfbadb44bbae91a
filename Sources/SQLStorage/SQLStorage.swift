/// The stores, written once in SQL for every engine.
///
/// Owns: the `Database` protocol that engines implement, the schema (`Migrations/`), every store with its SQL beside the
/// method (`Stores/`), the caches of configuration and revocations, and the sweeper. Does not own: connections and threads
/// (`SQLiteDriver`, `PostgreSQLDriver`), records and guarantees (`Storage`).
///
/// Two rules hold for all SQL here. `tenant_id` is the first key column of every table, and every statement of a store
/// names it. What must be atomic is one conditional statement, so that read committed is isolation enough.
package enum SQLStorageModule {}
