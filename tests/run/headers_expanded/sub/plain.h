static int plain_n = 3;

static int plain_again(void)
{
    return plain_n + 1;
}
