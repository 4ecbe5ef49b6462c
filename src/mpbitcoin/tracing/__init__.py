"""Traces of IPC calls, from logs of processes with -debug=ipc.

`lines` parses a line, `calls` combines lines to calls, `pairs` finds the server's side of a
client's call, `figures` sums up per method; `chrome` and `html` write the results.
"""
