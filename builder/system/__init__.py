"""The operating system: the clock, interrupts and worker processes.

May import: `problems`.
"""
