"""The operating system: the clock, interrupts, the disk, worker processes and git.

May import: `problems`.
"""
