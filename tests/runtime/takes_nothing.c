// A device that takes none of the bytes and says no error: writing all of them is an error then, and no loop without end.
#include "stream.h"
#include <sys/uio.h>

ssize_t write(int fd, const void *bytes, size_t count)
{
    (void)fd, (void)bytes, (void)count;
    return 0;
}

ssize_t writev(int fd, const struct iovec *vector, int count)
{
    (void)fd, (void)vector, (void)count;
    return 0;
}

static bool writes(struct function *f, struct ac_task *task)
{
    static struct iovec pieces[2];
    BEGIN(f);
    AWAIT(f, long, ac_write(&f->child, task, 0, f->number, "abc", 3));
    CHECK_EQUAL(f->value, 0);
    AWAIT(f, long, ac_write_all(&f->child, task, 0, f->number, "abc", 3));
    CHECK_EQUAL(f->value, -EIO);
    pieces[0] = (struct iovec){ "abc", 3 };
    pieces[1] = (struct iovec){ "defg", 4 };
    AWAIT(f, long, ac_writev_all(&f->child, task, 0, f->number, pieces, 2));
    CHECK_EQUAL(f->value, -EIO);
    CHECK_EQUAL(pieces[0].iov_len + pieces[1].iov_len, 7);
    END(f, 0);
}

int main(void)
{
    int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
    CHECK(fd >= 0);
    for (int i = 0; i < REAL; i++)
        run_on(&real[i], (struct start){ writes, fd, 0 });
    close(fd);
    return 0;
}
