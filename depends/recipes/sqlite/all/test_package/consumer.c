#include <sqlite3.h>
#include <string.h>

int main(void)
{
    sqlite3* db = NULL;
    sqlite3_stmt* query = NULL;
    if (strcmp(sqlite3_libversion(), SQLITE_VERSION) != 0) return 1;
    if (sqlite3_threadsafe() != 1) return 2;
    if (sqlite3_initialize() != SQLITE_OK) return 3;
    if (sqlite3_open(":memory:", &db) != SQLITE_OK) return 4;
    if (sqlite3_prepare_v2(db, "SELECT 20 + 22", -1, &query, NULL) != SQLITE_OK) return 5;
    if (sqlite3_step(query) != SQLITE_ROW || sqlite3_column_int(query, 0) != 42) return 6;
    sqlite3_finalize(query);
    sqlite3_close(db);
    return sqlite3_shutdown() == SQLITE_OK ? 0 : 7;
}
