ENTRY(one)
ENTRY(two)
