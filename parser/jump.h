// Where may a jump to a label go?
#ifndef ACC_PARSER_JUMP_H
#define ACC_PARSER_JUMP_H

#include "parser/ast.h"

// Whether `s`, a goto, a `goto *` or an asm statement, may go to `l`. A `goto *` goes to the labels that its operand names, or a
// constant table that it is taken from; else to each whose address is taken.
bool may_go_to(struct unit *u, const struct stmt *s, const struct label *l);

#endif
