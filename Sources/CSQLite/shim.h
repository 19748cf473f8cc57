// SQLite, as a Swift module: the file of a chain at home.
#include <sqlite3.h>
