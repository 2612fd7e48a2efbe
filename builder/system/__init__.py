"""What the machine gives: the clock that commands go by, interrupts, the disk, work in several processes.

May import: `problems`.
"""
