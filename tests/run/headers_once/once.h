#pragma once
async int once(int x);
enum { ONCE = 5 };
