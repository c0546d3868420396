    n += await f(n
