static async int NAME(int x)
{
    int a[2] = { x, PLUS };
    await mark(a[1]);
    return await val(a[0]) + a[1];
}
#undef NAME
#undef PLUS
