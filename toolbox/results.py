def figure(name, fig, *, alt):
    pass
