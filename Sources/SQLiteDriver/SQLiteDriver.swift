/// `Database` over GRDB: a file in WAL mode, or memory.
///
/// Owns: opening (`SQLiteEngine`), commits in groups (`GroupCommitWriter`), binding and reading values. Does not own: SQL
/// of stores (`SQLStorage`). A file survives a crash of the machine: `synchronous=FULL` is set on the writer, and read back.
package enum SQLiteDriverModule {}
