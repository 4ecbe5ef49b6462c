"""Traces of IPC calls, made from the logs that processes write with -debug=ipc.

`lines` reads one line, `calls` puts lines together to calls, `pairs` finds the server's side of
a client's call, `statistics` sums up per method; `chrome` and `page` write what people look at.
"""
