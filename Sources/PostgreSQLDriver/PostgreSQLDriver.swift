// PostgreSQLDriver
