    int in_body = await g(1);
