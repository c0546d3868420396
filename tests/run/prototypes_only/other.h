#include "../support.h"

struct large { int body[50]; };

async int other_int(int);
async char other_char(int);
async long long other_wide(int x);
async double other_double(int x);
async _Bool other_bool(int x);
async const char *other_text(int x);
async void other_void(int x);
async struct large other_struct(struct large l, int x);
async long double other_long_double(int x);
async int other_countdown(int n);
async int other_hidden(void);
async int twice_here(int x);
extern async int (*const other_table[3])(int);
