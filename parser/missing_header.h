// Which header declares a name that nothing has declared? For those that are forgotten most.
#ifndef ACC_PARSER_MISSING_HEADER_H
#define ACC_PARSER_MISSING_HEADER_H

#include "lexer/unit.h"

// "; '#include <x.h>' declares it", behind a message; "" when no header is known, or its names are there.
const char *missing_header_text(struct unit *u, const struct name *name);

#endif
