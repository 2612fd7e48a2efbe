"""The operating system: the clock, interrupts, the disk, memory, worker processes and git.

May import: `problems`.
"""
