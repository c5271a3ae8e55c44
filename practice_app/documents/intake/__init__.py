"""Files from outside, read where they can do no harm: a process of its own that may neither open nor send.

`confined` is our side of it, `child` the other. There `cleaning` makes a PDF without anything active of a
PDF, `pictures` one of a photograph or a scan, and `showing` draws pages and finds words on them.
"""
