/// `Database` over libpq.
///
/// Owns: connections (`PostgreSQLConnection`), each on a thread of its own that may block (`ConnectionPool`), the queue in
/// front of them, and hearing of other nodes' changes (`ChangeListener`). Does not own: SQL of stores (`SQLStorage`).
/// Statements go one at a time: libpq's pipeline mode is not used.
package enum PostgreSQLDriverModule {}
