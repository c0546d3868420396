    return
