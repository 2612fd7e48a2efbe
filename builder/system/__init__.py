"""The operating system: the clock, interrupts, the disk and worker processes.

May import: `problems`.
"""
